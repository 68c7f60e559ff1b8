// SPDX-License-Identifier: GPL-2.0-or-later
// Removes private data from a log: addresses, names, hashes and passwords. The same value always
// becomes the same placeholder, so that a redacted log has the same diagnosis.
//
// Whatever stands where a name or a password stands is replaced there. It is also replaced wherever
// else it occurs, except if it is a word that programs print anyway (see is_everyday()).
#pragma once

#include <array>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "callmgr/diagnose/log/log_line.hh"
#include "callmgr/diagnose/log/private_words.hh"
#include "callmgr/diagnose/log/value_finder.hh"

namespace callgate::diagnose {

class Redactor {
 public:
  // Limits for each kind, so that a server that sends many names does not prevent that a password
  // is learnt. Further values share one placeholder, and are replaced only where names stand.
  static constexpr size_t kMaxValues = 16384;
  static constexpr size_t kMaxBytes = 1 << 20;

  // Learn all lines first and redact them afterwards: a name is then replaced everywhere, also in a
  // line that does not show that it is a name.
  void learn(const LogLine& line);
  std::string redact(std::string_view text);

 private:
  struct Count {
    size_t values = 0, bytes = 0;
  };
  // A part of a text that a placeholder replaces.
  struct Part {
    size_t begin, end;
    std::string_view placeholder;
  };

  void learn_value(Private kind, std::string_view value);
  void learn_password(std::string_view value);
  bool search_for(Private kind, std::string_view value, uint32_t placeholder);
  uint32_t placeholder(Private kind, std::string_view value);
  std::string_view text_of(Private kind, std::string_view value);
  std::vector<Part> parts_of(const LogLine& line, std::string_view whole);
  std::string redact_forms(std::string_view text);

  std::map<std::string, uint32_t, std::less<>> values_;  // indices of placeholders_
  std::deque<std::string> placeholders_;  // a deque, because views of them stay valid
  std::array<Count, kPrivateKinds> counts_{};
  ValueFinder finder_;
};

}  // namespace callgate::diagnose
