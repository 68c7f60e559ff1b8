// SPDX-License-Identifier: GPL-2.0-or-later
// Finds the places of a line at which a name or a password stands, whatever the word is.
#pragma once

#include <string_view>
#include <vector>

#include "callmgr/diagnose/log/log_line.hh"
#include "callmgr/diagnose/log/private_words.hh"

namespace callgate::diagnose {

struct PrivatePlace {
  Private kind;
  std::string_view text;  // inside the line's text, without quotes
};

// The places may overlap. Each points into `line`.
std::vector<PrivatePlace> private_places(const LogLine& line);

}  // namespace callgate::diagnose
