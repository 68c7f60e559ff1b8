// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/print/format.hh"

#include <fmt/format.h>
#include <pwd.h>

#include <algorithm>
#include <array>
#include <map>

namespace callgate {

std::string duration_text(uint64_t seconds) {
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  if (seconds < 86400) return fmt::format("{}h{:02}m", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{}d{:02}h", seconds / 86400, seconds / 3600 % 24);
}

std::string volume_text(double bytes) {
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  // A number that would be rounded up to 1024 belongs to the next unit.
  for (; unit + 1 < kUnits.size() && bytes >= (unit ? 1023.95 : 1023.5); unit++) bytes /= 1024;
  return unit ? fmt::format("{:.1f}{}", bytes, kUnits[unit]) : fmt::format("{:.0f}B", bytes);
}

std::string loss_text(const Statistics& counted) {
  auto expected = static_cast<double>(counted.rx_accepted) + static_cast<double>(counted.rx_lost);
  if (expected == 0) return "-";
  return fmt::format("{:.2f}%", 100 * static_cast<double>(counted.rx_lost) / expected);
}

std::string time_text(std::chrono::microseconds time) {
  if (time.count() == 0) return "-";
  return fmt::format("{:.1f}ms", static_cast<double>(time.count()) / 1000);
}

std::string idle_text(std::chrono::microseconds time) {
  if (time.count() == 0) return "-";
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  return duration_text(static_cast<uint64_t>(seconds.count()));
}

std::string ago_text(std::chrono::microseconds time) {
  return time.count() == 0 ? "-" : idle_text(time) + " ago";
}

std::string server_text(const ConnectionInfo& connection) {
  auto name = printable(connection.server_name);
  auto address = connection.server.text();
  return address == name ? name : name + " " + address;
}

// Each name is looked up once, because a look-up reads /etc/passwd or asks a directory service.
std::string user_name(uint32_t uid) {
  static std::map<uint32_t, std::string> known;
  auto [name, is_new] = known.try_emplace(uid);
  if (!is_new) return name->second;
  const passwd* user = getpwuid(uid);
  return name->second = user ? printable(user->pw_name) : std::to_string(uid);
}

uint64_t uptime(const CallEntry& call) {
  if (!call.statistics) return call.info.age;
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(call.uptime);
  return static_cast<uint64_t>(seconds.count());
}

TextTable::TextTable(std::vector<std::string> headings) {
  for (auto& heading : headings) {
    optional_.push_back(heading.starts_with('?'));
    if (optional_.back()) heading.erase(0, 1);
    left_.push_back(heading.starts_with('<'));
    if (left_.back()) heading.erase(0, 1);
  }
  rows_.push_back(std::move(headings));
}

void TextTable::add(std::vector<std::string> cells) {
  rows_.push_back(std::move(cells));
}

std::vector<std::string> TextTable::lines(bool with_headings) const {
  std::vector<size_t> widths(left_.size());
  for (const auto& row : rows_)
    for (size_t i = 0; i < widths.size(); i++) widths[i] = std::max(widths[i], row[i].size());
  auto is_shown = [this](size_t i) {
    auto has_value = [i](const auto& row) { return !row[i].empty() && row[i] != "-"; };
    return !optional_[i] || std::any_of(rows_.begin() + 1, rows_.end(), has_value);
  };
  std::vector<bool> shown;
  for (size_t i = 0; i < widths.size(); i++) shown.push_back(is_shown(i));
  std::vector<std::string> lines;
  for (size_t r = with_headings ? 0 : 1; r < rows_.size(); r++) {
    std::string line;
    for (size_t i = 0; i < widths.size(); i++)
      if (shown[i])
        line += left_[i] ? fmt::format("{:<{}}  ", rows_[r][i], widths[i])
                         : fmt::format("{:>{}}  ", rows_[r][i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace callgate
