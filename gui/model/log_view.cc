// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/log_view.hh"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace callgate::gui {
namespace {

bool contains(const std::string& line, std::string_view word) {
  auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::search(line.begin(), line.end(), word.begin(), word.end(), same) != line.end();
}

bool is_pptp(const std::string& line) {
  return contains(line, "pptp[") || contains(line, "pptp:") || contains(line, "pptp-") ||
         contains(line, "callgate-");
}

}  // namespace

LogFilter parse_filter(const std::string& name) {
  if (name == "pptp") return LogFilter::pptp;
  if (name == "pppd") return LogFilter::pppd;
  return name == "problems" ? LogFilter::problems : LogFilter::all;
}

bool passes(LogFilter filter, const std::string& line) {
  constexpr std::array<std::string_view, 9> kTrouble{
      "fail", "error", "refuse", "cannot", "denied", "timeout", "timed out", "warning", "not "};
  switch (filter) {
    case LogFilter::all: return true;
    case LogFilter::pptp: return is_pptp(line);
    case LogFilter::pppd: return !is_pptp(line);
    case LogFilter::problems:
      return std::any_of(kTrouble.begin(), kTrouble.end(),
                         [&](std::string_view word) { return contains(line, word); });
  }
  return true;
}

}  // namespace callgate::gui
