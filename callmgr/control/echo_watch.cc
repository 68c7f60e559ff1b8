// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/echo_watch.hh"

#include <algorithm>

namespace callgate {
namespace {

bool past(std::optional<TimePoint> deadline, TimePoint now) {
  return deadline && now >= *deadline;
}

}  // namespace

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
  doubt_.reset();
  return Answer::right;
}

bool EchoWatch::doubt(Duration max_wait, TimePoint now) {
  if (doubt_ && doubt_->until <= now + max_wait) return false;
  doubt_ = {max_wait, now + max_wait};
  if (idle_wait_.count() > 0) ask_at_ = now;
  return true;
}

void EchoWatch::trust(TimePoint now) {
  if (doubt_ && answer_by_) answer_by_ = now + max_wait_;
  doubt_.reset();
}

bool EchoWatch::must_ask(TimePoint now) const {
  return overslept(now) || (!answer_by_ && past(ask_at_, now));
}

EchoRequest EchoWatch::ask(TimePoint now) {
  wrong_answers_ = 0;
  answer_by_ = now + max_wait_;
  if (doubt_) doubt_->until = now + doubt_->max_wait;
  return {.identifier = ++identifier_};
}

bool EchoWatch::lost(TimePoint now) const {
  return past(answer_by_, now) && !overslept(now);
}

bool EchoWatch::doubt_confirmed(TimePoint now) const {
  return doubt_ && past(doubt_->until, now) && !overslept(now);
}

bool EchoWatch::overslept(TimePoint now) const {
  return answer_by_ && past(*deadline() + kLate, now);
}

std::optional<TimePoint> EchoWatch::deadline() const {
  auto ordinary = answer_by_ ? answer_by_ : ask_at_;
  if (!doubt_) return ordinary;
  return ordinary ? std::min(*ordinary, doubt_->until) : doubt_->until;
}

}  // namespace callgate
