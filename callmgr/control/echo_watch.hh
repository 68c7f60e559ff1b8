// SPDX-License-Identifier: GPL-2.0-or-later
// Finds out whether the server is still there (RFC 2637 section 3.1.4). If the server has sent no
// message for some time, it gets an Echo-Request. If the matching Echo-Reply does not come in time,
// the connection is lost. What we send does not count, because it says nothing about the server.
//
// If something makes it doubtful whether the server can still be reached, the server is asked at
// once, and its answer is awaited for a short time only. Pure.
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

  // A deadline that is noticed this late proves nothing: the host slept, or this process was
  // stopped, and an answer may be on its way. The server is asked again.
  static constexpr Duration kLate{2'000};

  void heard(TimePoint now);  // any message from the server
  Answer answer(const EchoReply& reply);
  // False, and nothing changes, if there is a doubt already whose short time ends earlier.
  bool doubt(Duration max_wait, TimePoint now);
  void trust(TimePoint now);  // the cause of the doubt is gone: the ordinary waits apply again

  bool must_ask(TimePoint now) const;
  EchoRequest ask(TimePoint now);
  bool lost(TimePoint now) const;             // there is no answer in the ordinary time
  bool doubt_confirmed(TimePoint now) const;  // there is no answer in the short time

  bool doubted() const { return doubt_.has_value(); }
  unsigned wrong_answers() const { return wrong_answers_; }  // to the request under way
  std::optional<TimePoint> deadline() const;

  // Restored times are not negative and not too long to be added, see Reader.

  static void fields(auto& m, auto& codec) {  // for a handover
    codec(m.idle_wait_, m.max_wait_, m.identifier_, m.wrong_answers_, m.ask_at_, m.answer_by_);
  }

 private:
  struct Doubt {
    Duration max_wait;
    TimePoint until;
  };
  bool overslept(TimePoint now) const;

  Duration idle_wait_, max_wait_;
  uint32_t identifier_ = 0;
  unsigned wrong_answers_ = 0;
  std::optional<TimePoint> ask_at_;
  std::optional<TimePoint> answer_by_;  // while a request is under way
  std::optional<Doubt> doubt_;
};

}  // namespace callgate
