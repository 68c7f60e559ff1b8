// SPDX-License-Identifier: GPL-2.0-or-later
// A message that a program wrote as a JSON object: `journalctl -o json`, or docker's file of a
// container.
#pragma once

#include <string>
#include <string_view>

namespace callgate::diagnose {

// Returns the message in the form of `journalctl -o short-unix`: "1764230400.000000 gate pppd[7]:
// Exit.". It is in `scratch`. A line that is no such object is returned as it is.
std::string_view plain_line(std::string_view raw, std::string& scratch);

}  // namespace callgate::diagnose
