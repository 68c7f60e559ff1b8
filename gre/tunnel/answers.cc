// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/answers.hh"

#include <fmt/format.h>

#include <cstring>

namespace callgate {
namespace {

constexpr auto kMinute = std::chrono::minutes(1);

bool is_same(const SecretQuestionRecord& a, const SecretQuestionRecord& b) {
  return a.kind == b.kind && a.identifier == b.identifier && a.challenge == b.challenge;
}

SecretAnswerRecord refusal(const SecretQuestionRecord& question, std::string text) {
  return {.refusal = std::move(text), .question = question};
}

}  // namespace

void wipe(std::optional<std::string>& text) {
  if (text) explicit_bzero(text->data(), text->capacity());
  text.reset();
}

Answers::Answers(const LinkOptions& link, TunnelSecrets& secrets) : link_(link) {
  has_chap_ = secrets.chap.has_value();
  if (secrets.chap && link.ms_chap_v2) hash_ = ppp::nt_hash(*secrets.chap);
  if (link.chap_md5) chap_ = secrets.chap;
  if (link.pap) pap_ = secrets.pap;
  wipe(secrets.chap);
  wipe(secrets.pap);
}

Answers::~Answers() {
  wipe(chap_);
  wipe(pap_);
  if (hash_) explicit_bzero(hash_->data(), hash_->size());
}

bool Answers::is_allowed(ppp::Authentication kind) const {
  switch (kind) {
    case ppp::Authentication::none: return false;
    case ppp::Authentication::pap: return link_.pap;
    case ppp::Authentication::chap_md5: return link_.chap_md5;
    case ppp::Authentication::ms_chap_v2: return link_.ms_chap_v2;
  }
  return false;
}

SecretAnswerRecord Answers::compute(const SecretQuestionRecord& question,
                                    const ppp::Challenge& peer_challenge) const {
  auto kind = static_cast<ppp::Authentication>(question.kind);
  if (!is_allowed(kind))
    return refusal(question, "the options of this tunnel do not allow this authentication");
  bool pap = kind == ppp::Authentication::pap;
  if (pap ? !pap_ : !has_chap_)
    return refusal(question, fmt::format("no {} secret found for authenticating us to the server",
                                         pap ? "PAP" : "CHAP"));
  ppp::SecretQuestion asked{kind, question.identifier, question.challenge};
  std::optional<ppp::SecretAnswer> found;
  if (kind != ppp::Authentication::ms_chap_v2)
    found = ppp::answer(asked, link_.name, pap ? *pap_ : *chap_, peer_challenge);
  else if (hash_)
    found = ppp::answer(asked, link_.name, *hash_, peer_challenge);
  if (!found)
    return refusal(question,
                   "the server's challenge has a wrong length, or the password is not UTF-8 or "
                   "longer than this authentication allows");
  return {.answered = true,
          .question = question,
          .value = {found->value.begin(), found->value.end()},
          .expected = found->expected,
          .send_key = found->keys.send,
          .receive_key = found->keys.receive};
}

SecretAnswerRecord Answers::answer(const SecretQuestionRecord& question,
                                   const ppp::Challenge& peer_challenge, Time now) {
  for (const auto& before : given_)
    if (is_same(before.question, question)) return before;
  while (!times_.empty() && times_.front() + kMinute <= now) times_.pop_front();
  if (times_.size() >= kMostInAMinute)
    return refusal(question, fmt::format("the password was asked for {} times within a minute: "
                                         "wait a minute, and look at what the server does",
                                         kMostInAMinute));
  auto result = compute(question, peer_challenge);
  times_.push_back(now);
  given_.push_back(result);
  if (given_.size() > kMostInAMinute) given_.pop_front();
  return result;
}

}  // namespace callgate
