// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/secret.hh"

namespace callgate::ppp {
namespace {

void append(Bytes& out, const auto& bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

bool answer_ms_chap_v2(SecretAnswer& out, std::string_view name, const NtHash& hash,
                       const Challenge& peer) {
  Challenge authenticator;
  if (out.question.challenge.size() != authenticator.size()) return false;
  std::ranges::copy(out.question.challenge, authenticator.begin());
  auto user = name_without_domain(name);
  NtResponse response = nt_response(authenticator, peer, user, hash);
  append(out.value, peer);
  out.value.insert(out.value.end(), 8, 0);  // reserved
  append(out.value, response);
  out.value.push_back(0);  // flags
  out.expected = authenticator_response(hash, response, authenticator, peer, user);
  out.keys = start_keys(hash, response, false);
  return true;
}

bool answer_pap(SecretAnswer& out, std::string_view name, std::string_view password) {
  if (name.size() > UINT8_MAX || password.size() > UINT8_MAX) return false;
  for (std::string_view text : {name, password}) {
    out.value.push_back(static_cast<uint8_t>(text.size()));
    append(out.value, text);
  }
  return true;
}

}  // namespace

std::optional<SecretAnswer> answer(const SecretQuestion& question, std::string_view name,
                                   std::string_view password, const Challenge& peer_challenge) {
  SecretAnswer out{question, {}, {}, {}};
  switch (question.kind) {
    case Authentication::none: return std::nullopt;
    case Authentication::pap:
      if (!answer_pap(out, name, password)) return std::nullopt;
      return out;
    case Authentication::chap_md5:
      if (question.challenge.empty()) return std::nullopt;
      append(out.value, md5_response(question.identifier, password, question.challenge));
      return out;
    case Authentication::ms_chap_v2:
      if (auto hash = nt_hash(password)) return answer(question, name, *hash, peer_challenge);
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<SecretAnswer> answer(const SecretQuestion& question, std::string_view name,
                                   const NtHash& hash, const Challenge& peer_challenge) {
  SecretAnswer out{question, {}, {}, {}};
  if (question.kind != Authentication::ms_chap_v2 ||
      !answer_ms_chap_v2(out, name, hash, peer_challenge))
    return std::nullopt;
  return out;
}

}  // namespace callgate::ppp
