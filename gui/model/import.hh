// SPDX-License-Identifier: GPL-2.0-or-later
// Tunnels in a file of another program, as pptpsetup --import --json finds them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gui/model/change.hh"

namespace callgate::gui {

struct ImportField {
  std::string field, value, result;
  bool warns = false;  // it is not understood, or runs a program as root
};

struct Found {
  std::string tunnel, source;
  Words options;  // for pptpsetup, without the password
  bool password_in_file = false;
  std::vector<ImportField> fields;
};

std::optional<std::vector<Found>> parse_found(std::string_view json);

// Makes the tunnel that was found.
Change import(const Found& found, const std::string& password);

}  // namespace callgate::gui
