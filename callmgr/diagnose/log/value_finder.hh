// SPDX-License-Identifier: GPL-2.0-or-later
// Finds thousands of values in a text at once, in time that does not depend on their number
// (Aho and Corasick's automaton). Its memory is proportional to the bytes of the values.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace callgate::diagnose {

class ValueFinder {
 public:
  // Where a value counts: `inside` other words too; as a whole `word`; or `alone`, between blanks,
  // quotes and brackets.
  enum class Extent : uint8_t { inside, word, alone };
  struct Found {
    size_t begin, end;
    uint32_t value;
  };

  ValueFinder();
  // A value that was added before keeps its number, and the wider extent.
  void add(std::string_view text, uint32_t value, Extent extent);
  // For each place at which values end, the longest of them.
  std::vector<Found> find(std::string_view text);
  // How many bytes at the end of the text are the beginning of a value.
  size_t unfinished(std::string_view text);

 private:
  struct Node {
    uint32_t child = 0, sibling = 0;  // 0: none
    uint32_t fail = 0;                // the node of the longest proper suffix
    uint32_t shorter = 0;             // the next node on the way of `fail` at which a value ends
    uint32_t value = kNone;
    uint16_t depth = 0;
    char byte = 0;
    Extent extent = Extent::inside;
  };
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t child_of(uint32_t node, char byte) const;
  uint32_t next(uint32_t node, char byte) const;
  void link();

  std::vector<Node> nodes_;
  std::array<uint32_t, 256> first_{};  // the root's children
  bool linked_ = true;
};

}  // namespace callgate::diagnose
