// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/words.hh"

#include <fmt/format.h>

namespace callgate::diagnose::live {

std::string in_seconds(Duration duration) {
  return fmt::format("{:.3g} s", static_cast<double>(duration.count()) / 1000);
}

std::string bare_server_name(std::string_view text) {
  if (auto scheme = text.find("://"); scheme != text.npos) text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find('/'));
  if (text.starts_with('[')) return std::string(text.substr(1, text.find(']') - 1));
  bool ipv6 = text.find(':') != text.rfind(':');
  return std::string(ipv6 ? text : text.substr(0, text.find(':')));
}

}  // namespace callgate::diagnose::live
