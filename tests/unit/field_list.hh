// SPDX-License-Identifier: GPL-2.0-or-later
// A codec that lists the fields of a message, each as its wire bytes: a test asks with it whether
// a sample sets every field. A new field that no sample sets is then a failed test.
#pragma once

#include "common/wire/bytes.hh"

namespace callgate::test {

class FieldList {
 public:
  template <typename Message>
  explicit FieldList(const Message& message) {
    Message::fields(message, *this);
  }
  void operator()(const auto&... field) { (take(field), ...); }

  size_t size() const { return fields_.size(); }

  // How many fields have the same value in both.
  size_t same_as(const FieldList& other) const {
    size_t same = 0;
    for (size_t i = 0; i < size(); i++) same += fields_[i] == other.fields_[i];
    return same;
  }

 private:
  template <size_t Width>
  void take(const Reserved<Width>&) {}
  template <typename Field>
  void take(const Field& field) {
    Writer(fields_.emplace_back()).put(field);
  }

  std::vector<Bytes> fields_;
};

// Fields of a message that are as a fresh one of its type has them.
template <typename Message>
size_t fields_at_default(const Message& message) {
  return FieldList(message).same_as(FieldList(Message{}));
}

}  // namespace callgate::test
