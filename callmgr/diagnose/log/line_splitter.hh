// SPDX-License-Identifier: GPL-2.0-or-later
// Splits bytes into lines. A line is bounded, and the rest of a longer one is dropped, so that a
// file without line ends takes no memory. The bytes may have any value.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace callgate::diagnose {

class LineSplitter {
 public:
  static constexpr size_t kMaxLine = 4096;
  static constexpr size_t kMaxQuoted = 300;  // bytes of a line that a diagnosis quotes

  // Calls sink(std::string_view line) for each line that ends in these bytes, without its line end.
  template <typename Sink>
  void push(std::string_view bytes, Sink&& sink) {
    while (!bytes.empty()) {
      size_t end = bytes.find('\n');
      if (end == bytes.npos) return keep(bytes);
      auto piece = bytes.substr(0, end);
      bytes.remove_prefix(end + 1);
      if (partial_.empty()) {
        sink(piece.substr(0, kMaxLine));
        continue;
      }
      keep(piece);
      sink(std::string_view(partial_));
      partial_.clear();
    }
  }

  template <typename Sink>
  void finish(Sink&& sink) {
    if (!partial_.empty()) sink(std::string_view(partial_));
    partial_.clear();
  }

 private:
  void keep(std::string_view piece) {
    partial_.append(piece.substr(0, kMaxLine - std::min(kMaxLine, partial_.size())));
  }
  std::string partial_;
};

}  // namespace callgate::diagnose
