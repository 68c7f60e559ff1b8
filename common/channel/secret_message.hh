// SPDX-License-Identifier: GPL-2.0-or-later
// The question of a pptp-gre that speaks PPP itself to the holder of the password, and the answer:
// records on a SOCK_SEQPACKET socket. The holder is another process, so the one that parses what
// the server sends never knows the password or its hash. ppp/secret.hh computes the answer.
#pragma once

#include <array>
#include <optional>

#include "common/wire/bytes.hh"

namespace callgate {

struct SecretQuestionRecord {
  uint8_t kind = 0;                // ppp::Authentication
  uint8_t identifier = 0;          // of the server's challenge
  std::vector<uint8_t> challenge;  // at most 255 bytes

  static void fields(auto& m, auto& codec) { codec(m.kind, m.identifier, m.challenge); }
};

struct SecretAnswerRecord {
  bool answered = false;               // false: `refusal` says why
  std::string refusal;                 // a sentence
  SecretQuestionRecord question;       // what was asked
  std::string value;                   // of the Response or the Authenticate-Request; bytes
  std::array<uint8_t, 20> expected{};  // ppp::AuthenticatorResponse
  std::array<uint8_t, 16> send_key{}, receive_key{};  // ppp::StartKeys

  static void fields(auto& m, auto& codec) {
    codec(m.answered, m.refusal, m.question, m.value, m.expected, m.send_key, m.receive_key);
  }
};

constexpr size_t kMaxSecretMessage = 2048;  // bytes

Bytes encode(const SecretQuestionRecord& question);
Bytes encode(const SecretAnswerRecord& answer);
// Return nullopt for a record that is too short, too long, or has a value outside its range.
std::optional<SecretQuestionRecord> parse_secret_question(ByteSpan record);
std::optional<SecretAnswerRecord> parse_secret_answer(ByteSpan record);

}  // namespace callgate
