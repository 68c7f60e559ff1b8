// SPDX-License-Identifier: GPL-2.0-or-later
// The line to the process that holds the password (common/channel/secret_message.hh).
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "ppp/secret.hh"

namespace callgate {

class SecretPort {
 public:
  // `fd` stays open as long as this.
  explicit SecretPort(int fd) : fd_(fd) {}

  // Returns a sentence if the holder cannot be asked.
  std::optional<std::string> ask(const ppp::SecretQuestion& question);

  struct Nothing {};
  struct Gone {};  // the holder has ended
  struct Refusal {
    std::string sentence;
  };
  // Takes one answer.
  std::variant<Nothing, Gone, Refusal, ppp::SecretAnswer> hear();

 private:
  int fd_;
};

}  // namespace callgate
