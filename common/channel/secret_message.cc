// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel/secret_message.hh"

namespace callgate {
namespace {

template <typename Message>
Bytes record_of(const Message& message) {
  Bytes record;
  Writer(record).put(message);
  return record;
}

template <typename Message>
std::optional<Message> parsed(ByteSpan record) {
  Reader reader(record);
  Message message;
  reader.get(message);
  if (record.size() > kMaxSecretMessage || !reader.done()) return std::nullopt;
  return message;
}

}  // namespace

Bytes encode(const SecretQuestionRecord& question) {
  return record_of(question);
}

Bytes encode(const SecretAnswerRecord& answer) {
  return record_of(answer);
}

std::optional<SecretQuestionRecord> parse_secret_question(ByteSpan record) {
  return parsed<SecretQuestionRecord>(record);
}

std::optional<SecretAnswerRecord> parse_secret_answer(ByteSpan record) {
  return parsed<SecretAnswerRecord>(record);
}

}  // namespace callgate
