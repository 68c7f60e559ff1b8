// SPDX-License-Identifier: GPL-2.0-or-later
// Removes private data from a log: addresses, names, hashes and passwords. The same value always
// becomes the same placeholder, so that a redacted log has the same diagnosis.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "callmgr/diagnose/log/log_line.hh"

namespace callgate::diagnose {

class Redactor {
 public:
  static constexpr size_t kMaxValues = 16384;  // all further values of a kind share one placeholder

  // Names are recognised by their context. Learn all lines first and redact them afterwards: a name
  // is then replaced everywhere, also in a context that does not show that it is a name.
  void learn(const LogLine& line);
  std::string redact(std::string_view text);

 private:
  enum class Kind : uint8_t { ip4, ip6, mac, hash, host, name, password };
  static constexpr size_t kKinds = static_cast<size_t>(Kind::password) + 1;

  void learn_names(Kind kind, std::string_view value);
  void learn_name(Kind kind, std::string_view value);
  std::string placeholder(Kind kind, std::string_view value);
  std::string replace_word(std::string_view word);
  std::string replace_quoted(std::string_view text);

  std::map<std::string, std::string, std::less<>> placeholders_;  // by value
  std::array<size_t, kKinds> counts_{};
  bool has_odd_names_ = false;
};

}  // namespace callgate::diagnose
