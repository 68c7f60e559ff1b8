// SPDX-License-Identifier: GPL-2.0-or-later
// What the secret holder answers to the gateway, which may have been taken over: only what the
// tunnel's options allow, the same answer to the same question, and few answers a minute.
#pragma once

#include <chrono>
#include <deque>

#include "common/channel/secret_message.hh"
#include "common/pppd/tunnel_options.hh"
#include "ppp/secret.hh"

namespace callgate {

class Answers {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr size_t kMostInAMinute = 20;

  // Keeps only what the allowed kinds of authentication need: of a password that is used for
  // MS-CHAPv2 alone, the hash. Wipes `secrets`.
  Answers(const LinkOptions& link, TunnelSecrets& secrets);
  ~Answers();
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  // `peer_challenge` is random, and used for a question that is new.
  SecretAnswerRecord answer(const SecretQuestionRecord& question,
                            const ppp::Challenge& peer_challenge, Time now);

 private:
  SecretAnswerRecord compute(const SecretQuestionRecord& question,
                             const ppp::Challenge& peer_challenge) const;
  bool is_allowed(ppp::Authentication kind) const;

  LinkOptions link_;
  std::optional<std::string> chap_, pap_;
  std::optional<ppp::NtHash> hash_;
  bool has_chap_ = false;
  std::deque<SecretAnswerRecord> given_;  // the last ones, the newest at the end
  std::deque<Time> times_;                // of the new answers of the last minute
};

// Overwrites the text before it is freed.
void wipe(std::optional<std::string>& text);

}  // namespace callgate
