// SPDX-License-Identifier: GPL-2.0-or-later
// How pptpctl writes numbers, names and tables for people. Pure, but for the names of users.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "callmgr/pptpctl/snapshot.hh"

namespace callgate {

std::string duration_text(uint64_t seconds);         // 2h07m
std::string volume_text(double bytes);               // 1.2MiB
std::string loss_text(const Statistics& counted);    // 0.10%
std::string time_text(std::chrono::microseconds t);  // 12.3ms; - if it is 0

std::string server_text(const ConnectionInfo& connection);  // name, and address if it is another
std::string user_name(uint32_t uid);                        // or the number, where it has none
// Since the call came up, as far as its gateway has said so; else since it was asked for.
uint64_t uptime(const CallEntry& call);

// Columns as wide as what is in them. A heading that begins with '<' is of a column that is aligned
// left, without that sign.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> headings);
  void add(std::vector<std::string> cells);  // as many as headings
  std::vector<std::string> lines(bool with_headings = true) const;

 private:
  std::vector<bool> left_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace callgate
