// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/secret_port.hh"

#include <sys/socket.h>

#include <cerrno>

#include "common/channel/secret_message.hh"

namespace callgate {
namespace {

std::optional<ppp::SecretAnswer> to_ppp(const SecretAnswerRecord& record) {
  if (record.question.kind > static_cast<uint8_t>(ppp::Authentication::ms_chap_v2))
    return std::nullopt;
  return ppp::SecretAnswer{
      .question = {.kind = static_cast<ppp::Authentication>(record.question.kind),
                   .identifier = record.question.identifier,
                   .challenge = record.question.challenge},
      .value = Bytes(record.value.begin(), record.value.end()),
      .expected = record.expected,
      .keys = {record.send_key, record.receive_key}};
}

}  // namespace

std::optional<std::string> SecretPort::ask(const ppp::SecretQuestion& question) {
  Bytes record = encode(SecretQuestionRecord{.kind = static_cast<uint8_t>(question.kind),
                                             .identifier = question.identifier,
                                             .challenge = question.challenge});
  if (send(fd_, record.data(), record.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
    return std::nullopt;
  if (errno == EAGAIN) return "the process that holds the password does not answer";
  return "the process that holds the password has gone";
}

std::variant<SecretPort::Nothing, SecretPort::Gone, SecretPort::Refusal, ppp::SecretAnswer>
SecretPort::hear() {
  std::array<uint8_t, kMaxSecretMessage + 1> buffer;
  ssize_t size = recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return Nothing{};
  if (size <= 0) return Gone{};
  auto record = parse_secret_answer(ByteSpan(buffer).first(static_cast<size_t>(size)));
  if (!record) return Refusal{"the process that holds the password sent a malformed answer"};
  if (!record->answered) return Refusal{printable(record->refusal)};
  auto answer = to_ppp(*record);
  if (!answer) return Refusal{"the process that holds the password sent a malformed answer"};
  return *answer;
}

}  // namespace callgate
