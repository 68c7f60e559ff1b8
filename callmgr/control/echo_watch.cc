// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/echo_watch.hh"

namespace callgate {

// While a request is under way, only its answer counts. Other messages do not put off the end.
void EchoWatch::heard(TimePoint now) {
  if (!answer_by_ && idle_wait_.count() > 0) ask_at_ = now + idle_wait_;
}

EchoWatch::Answer EchoWatch::answer(const EchoReply& reply) {
  if (!answer_by_) return Answer::unasked;
  if (reply.identifier != identifier_) {
    wrong_answers_++;
    return Answer::wrong;
  }
  answer_by_.reset();
  return Answer::right;
}

EchoRequest EchoWatch::ask(TimePoint now) {
  wrong_answers_ = 0;
  answer_by_ = now + max_wait_;
  return {.identifier = ++identifier_};
}

}  // namespace callgate
