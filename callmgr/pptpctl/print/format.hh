// SPDX-License-Identifier: GPL-2.0-or-later
// How pptpctl writes numbers, names and tables for people. Pure, except that it looks up users.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "callmgr/pptpctl/snapshot.hh"

namespace callgate {

std::string duration_text(uint64_t seconds);         // 2h07m
std::string volume_text(double bytes);               // 1.2MiB
std::string loss_text(const Statistics& all);        // 0.10%
std::string time_text(std::chrono::microseconds t);  // 12.3ms; - if it is 0

std::string idle_text(std::chrono::microseconds t);  // 2h07m; - if it is 0
std::string ago_text(std::chrono::microseconds t);   // 2h07m ago; - if it is 0

std::string server_text(const ConnectionInfo& connection);  // name, and the address if it differs
std::string user_name(uint32_t uid);                        // the number, if the user has no name
// Seconds since the call came up; if its gateway has not answered, since it was requested.
uint64_t uptime(const CallEntry& call);

// Each column is as wide as its widest cell. A heading that begins with '<' aligns its column to
// the left. One that begins with '?' is left out if all of its cells are empty or a dash. Neither
// is printed.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> headings);
  void add(std::vector<std::string> cells);  // one for each heading
  std::vector<std::string> lines(bool with_headings = true) const;

 private:
  std::vector<bool> left_, optional_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace callgate
