// SPDX-License-Identifier: GPL-2.0-or-later
// insert_tables PAGE: prints the manual page PAGE (mdoc) with the statistics of
// common/channel/statistics_table.cc and pppd's words of common/pppd in place of its lines
//   .\" statistics: dump     the columns of pptpctl dump
//   .\" statistics: peers    list items, those of pptp-linux only
//   .\" statistics: all      list items, with all that the table says
//   .\" words: honoured      list items; the same for ignored and refused
// The build runs this program, so it is built for the machine that builds.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

#include "common/channel/statistics.hh"
#include "common/pppd/engine_word.hh"

using callgate::engine_words;
using callgate::EngineWord;
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

// mdoc takes a leading minus sign for the end of an argument, unless it is escaped.
void print_words(EngineWord::Fate fate) {
  for (const auto& word : engine_words()) {
    if (word.fate != fate) continue;
    std::string line = ".It Cm";
    std::string_view names = word.names;
    for (size_t begin = 0; begin < names.size();) {
      auto end = std::min(names.find(' ', begin), names.size());
      line += " " + with_minus_signs(names.substr(begin, end - begin));
      begin = end + 1;
      if (begin < names.size()) line += " , ";
    }
    if (*word.value) line += " Ar " + with_minus_signs(word.value);
    std::string text = with_minus_signs(word.text);
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    std::cout << line << "\n" << text << ".\n";
  }
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
    else if (line == ".\\\" words: honoured")
      print_words(EngineWord::Fate::honoured);
    else if (line == ".\\\" words: ignored")
      print_words(EngineWord::Fate::ignored);
    else if (line == ".\\\" words: refused")
      print_words(EngineWord::Fate::refused);
    else
      std::cout << line << '\n';
  }
}
