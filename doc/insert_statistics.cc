// SPDX-License-Identifier: GPL-2.0-or-later
// insert_statistics PAGE: prints the manual page PAGE (mdoc) with the statistics of
// common/channel/statistics_table.cc in place of its lines
//   .\" statistics: dump     the columns of pptpctl dump
//   .\" statistics: peers    list items, those of pptp-linux only
//   .\" statistics: all      list items, with all that the table says
// The build runs this program, so it is built for the machine that builds.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

#include "common/channel/statistics.hh"

using callgate::kPeersStatistics;
using callgate::kStatistics;
using callgate::Statistic;

namespace {

// Without the backslash, troff prints a hyphen that nobody can type into a command.
std::string with_minus_signs(std::string_view text) {
  std::string out;
  for (char c : text) c == '-' ? out += "\\-" : out += c;
  return out;
}

std::string unit(const Statistic& row) {
  if (row.unit == Statistic::Unit::microseconds) return ", in microseconds";
  return row.unit == Statistic::Unit::bytes && row.kind == Statistic::Kind::gauge ? ", in bytes"
                                                                                  : "";
}

void print_items(size_t number, bool all) {
  for (const auto& row : kStatistics) {
    if (number-- == 0) return;
    std::string name = row.name;
    name.erase(
        std::unique(name.begin(), name.end(), [](char a, char b) { return a == ' ' && b == ' '; }),
        name.end());
    std::cout << ".It " << name << '\n' << row.help << unit(row) << ".\n";
    if (all && *row.more) std::cout << with_minus_signs(row.more) << '\n';
  }
}

// The names, in lines that fit a terminal.
void print_columns() {
  constexpr size_t kWidth = 64;
  std::string line;
  for (const auto& row : kStatistics) {
    if (line.size() + std::string(row.key).size() >= kWidth) {
      std::cout << line << '\n';
      line.clear();
    }
    line += (line.empty() ? "" : " ") + std::string(row.key);
  }
  std::cout << line << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  std::ifstream page(argc == 2 ? argv[1] : "");
  if (!page) return 1;
  for (std::string line; std::getline(page, line);) {
    if (line == ".\\\" statistics: all")
      print_items(kStatistics.size(), true);
    else if (line == ".\\\" statistics: peers")
      print_items(kPeersStatistics, false);
    else if (line == ".\\\" statistics: dump")
      print_columns();
    else
      std::cout << line << '\n';
  }
}
