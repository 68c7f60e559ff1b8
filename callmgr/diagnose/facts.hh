// SPDX-License-Identifier: GPL-2.0-or-later
// Named numbers about an attempt, "lcp.confreq.sent" = 3. Only the names that some rule asks for
// are kept: however strange the log, an attempt takes a fixed amount of memory.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace callgate::diagnose {

struct SourceLine {
  static constexpr size_t kMaxText = 300;
  uint64_t number = 0;  // 0: none
  std::string text;
  void assign(uint64_t line, std::string_view from) {
    number = line;
    text = from.substr(0, kMaxText);
  }
  void clear() { number = 0, text.clear(); }  // its memory is kept
};

// The names that are asked for, each with its index.
class FactNames {
 public:
  size_t intern(std::string_view name);
  int64_t find(std::string_view name) const;  // -1: nobody asks for it
  size_t size() const { return names_.size(); }
  // Whether a name is asked for that begins so and goes on after a dot.
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

  void clear() {  // the memory is kept
    for (auto& fact : facts_) fact.value = 0, fact.first.clear(), fact.last.clear();
  }
  // The line that is being looked at: where facts come from that are noted now.
  void at(uint64_t number, std::string_view text) { number_ = number, text_ = text; }
  void add(std::string_view name) { change(name, 1, true); }
  void set(std::string_view name, int64_t value) { change(name, value, false); }
  const Fact& operator[](size_t index) const { return facts_[index]; }
  const FactNames& names() const { return *names_; }

 private:
  void change(std::string_view name, int64_t value, bool sum);

  const FactNames* names_;
  std::vector<Fact> facts_;
  uint64_t number_ = 0;
  std::string_view text_;
};

// Whether something notes facts of this name: what a rule asks for must exist.
bool is_fact_name(std::string_view name);

}  // namespace callgate::diagnose
