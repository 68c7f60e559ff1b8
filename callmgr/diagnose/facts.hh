// SPDX-License-Identifier: GPL-2.0-or-later
// Named numbers about an attempt, such as "lcp.confreq.sent" = 3. Only names that some rule asks
// for are kept, so that an attempt takes a fixed amount of memory whatever the log contains.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "callmgr/diagnose/log/line_splitter.hh"

namespace callgate::diagnose {

struct SourceLine {
  static constexpr size_t kMaxText = LineSplitter::kMaxQuoted;
  uint64_t number = 0;  // 0: none
  std::string text;
  void assign(uint64_t line, std::string_view from) {
    number = line;
    text = from.substr(0, kMaxText);
  }
  void clear() { number = 0, text.clear(); }  // keeps the memory
};

// The names that rules ask for, each with its index.
class FactNames {
 public:
  size_t intern(std::string_view name);
  int64_t find(std::string_view name) const;  // -1: no rule asks for it
  size_t size() const { return names_.size(); }
  // Whether a rule asks for a name that begins with this one and goes on after a dot.
  bool asks_beyond(std::string_view name) const { return beginnings_.contains(name); }
  const std::string& operator[](size_t index) const { return names_[index]; }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, size_t, Hash, std::equal_to<>> indices_;
  std::unordered_set<std::string, Hash, std::equal_to<>> beginnings_;
  std::vector<std::string> names_;
};

struct Fact {
  int64_t value = 0;
  SourceLine first, last;
};

class Facts {
 public:
  explicit Facts(const FactNames& names) : names_(&names), facts_(names.size()) {}

  void clear() {  // keeps the memory
    for (auto& fact : facts_) fact.value = 0, fact.first.clear(), fact.last.clear();
  }
  // Sets the line from which the facts come that are added or set next, and how often the program
  // wrote it.
  void at(uint64_t number, std::string_view text, uint32_t times) {
    number_ = number, text_ = text, times_ = times;
  }
  uint32_t times() const { return times_; }
  void add(std::string_view name) { change(name, times_, true); }
  void set(std::string_view name, int64_t value) { change(name, value, false); }
  const Fact& operator[](size_t index) const { return facts_[index]; }
  const FactNames& names() const { return *names_; }

 private:
  void change(std::string_view name, int64_t value, bool sum);

  const FactNames* names_;
  std::vector<Fact> facts_;
  uint64_t number_ = 0;
  std::string_view text_;
  uint32_t times_ = 1;
};

// Whether facts of this name exist at all. A rule that asks for any other name is wrong.
bool is_fact_name(std::string_view name);

}  // namespace callgate::diagnose
