// SPDX-License-Identifier: GPL-2.0-or-later
// Finds out whether the server is still there (RFC 2637 section 3.1.4). If the server has sent no
// message for some time, it gets an Echo-Request. If the matching Echo-Reply does not come in time,
// the connection is lost. What we send does not count, because it says nothing about the server.
// Pure.
#pragma once

#include <optional>

#include "common/wire/control_message.hh"
#include "common/wire/ids.hh"

namespace callgate {

class EchoWatch {
 public:
  enum class Answer : uint8_t { right, wrong, unasked };

  // With an idle wait of 0 it never asks.
  EchoWatch(Duration idle_wait, Duration max_wait) : idle_wait_(idle_wait), max_wait_(max_wait) {}

  void heard(TimePoint now);  // any message from the server
  Answer answer(const EchoReply& reply);
  bool must_ask(TimePoint now) const { return !answer_by_ && ask_at_ && now >= *ask_at_; }
  EchoRequest ask(TimePoint now);
  bool lost(TimePoint now) const { return answer_by_ && now >= *answer_by_; }

  unsigned wrong_answers() const { return wrong_answers_; }  // to the request under way
  std::optional<TimePoint> deadline() const { return answer_by_ ? answer_by_ : ask_at_; }

  static void fields(auto& m, auto& codec) {  // for a handover
    codec(m.idle_wait_, m.max_wait_, m.identifier_, m.wrong_answers_, m.ask_at_, m.answer_by_);
  }

 private:
  Duration idle_wait_, max_wait_;
  uint32_t identifier_ = 0;
  unsigned wrong_answers_ = 0;
  std::optional<TimePoint> ask_at_;
  std::optional<TimePoint> answer_by_;  // while a request is under way
};

}  // namespace callgate
