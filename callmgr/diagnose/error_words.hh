// SPDX-License-Identifier: GPL-2.0-or-later
// The words of an error of the operating system differ between languages and C libraries. A rule
// names the error: '^connect: {ECONNREFUSED}'. rules/errno.toml has the words.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace callgate::diagnose {

class ErrorWords {
 public:
  void add(std::string_view error, std::string_view words);
  // Replaces the names in a regular expression by an expression for all of their words. Throws
  // std::runtime_error if a name has no words.
  std::string expanded(std::string_view expression) const;

 private:
  std::map<std::string, std::string, std::less<>> words_;  // "one|other", as RE2 reads it
};

}  // namespace callgate::diagnose
