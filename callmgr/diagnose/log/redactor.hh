// SPDX-License-Identifier: GPL-2.0-or-later
// Takes out of a log what is nobody's business: addresses, names, hashes, passwords. The same value
// always becomes the same placeholder, so that a redacted log can be diagnosed like the first one.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "callmgr/diagnose/log/log_line.hh"

namespace callgate::diagnose {

class Redactor {
 public:
  static constexpr size_t kMaxValues = 16384;  // more of them become one placeholder of their kind

  // Names are known by what stands around them. Learn all lines first, then redact them: a name is
  // then replaced also where nothing tells that it is one.
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

  std::map<std::string, std::string, std::less<>> placeholders_;  // of every value
  std::array<size_t, kKinds> counts_{};
  bool has_odd_names_ = false;
};

}  // namespace callgate::diagnose
