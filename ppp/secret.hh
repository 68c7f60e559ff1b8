// SPDX-License-Identifier: GPL-2.0-or-later
// The question that the link asks whoever holds the password, and the answer. The holder is another
// process: the one that parses what the server sends never knows the password or its hash.
#pragma once

#include "ppp/lcp.hh"
#include "ppp/mppe_keys.hh"

namespace callgate::ppp {

struct SecretQuestion {
  Authentication kind = Authentication::none;
  uint8_t identifier = 0;  // of the server's challenge
  Bytes challenge;         // as the server sent it; empty for PAP
  bool operator==(const SecretQuestion&) const = default;
};

struct SecretAnswer {
  SecretQuestion question;  // what was asked: an answer to an older question is dropped
  // The value of the Response (RFC 1994 section 4.1; 49 bytes for MS-CHAPv2, RFC 2759 section 4),
  // or the data of PAP's Authenticate-Request (RFC 1334 section 2.2.1).
  Bytes value;
  // The rest is for MS-CHAPv2 only.
  AuthenticatorResponse expected{};  // what the server has to prove
  StartKeys keys{};
};

// Answers a question for a client. `peer_challenge` is random. Returns nullopt if the question has
// no answer: the challenge has a wrong length, or the password cannot be used.
std::optional<SecretAnswer> answer(const SecretQuestion& question, std::string_view name,
                                   std::string_view password, const Challenge& peer_challenge);

// The same for MS-CHAPv2 by anyone who has only the hash of the password.
std::optional<SecretAnswer> answer(const SecretQuestion& question, std::string_view name,
                                   const NtHash& hash, const Challenge& peer_challenge);

}  // namespace callgate::ppp
