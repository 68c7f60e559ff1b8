// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/value_finder.hh"

#include <algorithm>

#include "callmgr/diagnose/log/scanner.hh"

namespace callgate::diagnose {
namespace {

using Extent = ValueFinder::Extent;

bool is_word(char c) {
  return is_lower(to_lower(c)) || is_digit(c) || c == '_';
}

// Whether a value that begins or ends with `edge` may have this neighbour.
bool separates(char neighbour, char edge, Extent extent) {
  if (extent == Extent::alone)
    return std::string_view(" \t\"'<>()[]").find(neighbour) != std::string_view::npos;
  return extent == Extent::inside || !is_word(edge) || !is_word(neighbour);
}

bool stands_apart(std::string_view text, size_t begin, size_t end, Extent extent) {
  return (end == text.size() || separates(text[end], text[end - 1], extent)) &&
         (begin == 0 || separates(text[begin - 1], text[begin], extent));
}

}  // namespace

ValueFinder::ValueFinder() : nodes_(1) {}

uint32_t ValueFinder::child_of(uint32_t node, char byte) const {
  if (node == 0) return first_[static_cast<uint8_t>(byte)];
  auto child = nodes_[node].child;
  while (child && nodes_[child].byte != byte) child = nodes_[child].sibling;
  return child;
}

uint32_t ValueFinder::next(uint32_t node, char byte) const {
  while (true) {
    if (auto child = child_of(node, byte)) return child;
    if (node == 0) return 0;
    node = nodes_[node].fail;
  }
}

void ValueFinder::add(std::string_view text, uint32_t value, Extent extent) {
  if (text.empty() || text.size() > UINT16_MAX) return;
  uint32_t node = 0;
  for (char c : text) {
    auto child = child_of(node, c);
    if (!child) {
      child = static_cast<uint32_t>(nodes_.size());
      auto depth = static_cast<uint16_t>(nodes_[node].depth + 1);
      nodes_.push_back({.sibling = nodes_[node].child, .depth = depth, .byte = c});
      nodes_[node].child = child;
      if (node == 0) first_[static_cast<uint8_t>(c)] = child;
    }
    node = child;
  }
  auto& end = nodes_[node];
  end.extent = end.value == kNone ? extent : std::min(end.extent, extent);
  if (end.value == kNone) end.value = value;
  linked_ = false;
}

// Breadth first, because a node's `fail` is always nearer to the root.
void ValueFinder::link() {
  if (linked_) return;
  linked_ = true;
  std::vector<uint32_t> queue{0};
  for (size_t i = 0; i < queue.size(); i++) {
    auto parent = queue[i];
    for (auto node = nodes_[parent].child; node; node = nodes_[node].sibling) {
      auto fail = parent ? next(nodes_[parent].fail, nodes_[node].byte) : 0;
      nodes_[node].fail = fail;
      nodes_[node].shorter = nodes_[fail].value == kNone ? nodes_[fail].shorter : fail;
      queue.push_back(node);
    }
  }
}

std::vector<ValueFinder::Found> ValueFinder::find(std::string_view text) {
  link();
  std::vector<Found> found;
  uint32_t node = 0;
  for (size_t i = 0; i < text.size(); i++) {
    node = next(node, text[i]);
    auto at = nodes_[node].value == kNone ? nodes_[node].shorter : node;
    for (; at; at = nodes_[at].shorter) {
      auto begin = i + 1 - nodes_[at].depth;
      if (!stands_apart(text, begin, i + 1, nodes_[at].extent)) continue;
      found.push_back({begin, i + 1, nodes_[at].value});
      break;
    }
  }
  return found;
}

size_t ValueFinder::unfinished(std::string_view text) {
  link();
  uint32_t node = 0;
  for (char c : text) node = next(node, c);
  return nodes_[node].depth;
}

}  // namespace callgate::diagnose
