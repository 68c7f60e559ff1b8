// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/receive_window.hh"

#include <algorithm>
#include <bit>

namespace callgate {
namespace {

constexpr size_t kMinRing = 64;                 // a whole run fits in, whatever the window is
constexpr size_t kSpareBuffers = 64;            // kept for the next time that packets are early
constexpr uint32_t kPlausibleLoss = 1'000'000;  // a longer jump is another numbering

static_assert(kMinRing > ReceiveWindow::kRunLength * ReceiveWindow::kRunStep);

}  // namespace

ReceiveWindow::ReceiveWindow(const Settings& settings, Statistics& statistics)
    : settings_(settings), statistics_(statistics), reorder_timeout_(settings.timeout) {
  settings_.missing = std::clamp(settings_.missing, 1u, kMaxMissing);
}

ReceiveWindow::Verdict ReceiveWindow::offer(Sequence sequence, ByteSpan frame, TimePoint now) {
  if (!started_) return offer_first(sequence, frame, now);
  int32_t ahead = sequence - next_;
  if (ahead == 0) return take_in_order(sequence, now);
  if (ahead < 0) return offer_behind(sequence, frame, now);
  if (static_cast<uint32_t>(ahead) <= settings_.missing) return queue(sequence, frame, now);
  statistics_.rx_over_win++;
  return extend_run(sequence, frame, now, false);
}

ReceiveWindow::Verdict ReceiveWindow::offer_first(Sequence sequence, ByteSpan frame,
                                                  TimePoint now) {
  if (sequence.number <= 1) return take_in_order(sequence, now);
  if (sequence.number <= settings_.missing) return queue(sequence, frame, now);
  statistics_.rx_over_win++;
  return extend_run(sequence, frame, now, false);
}

ReceiveWindow::Verdict ReceiveWindow::take_in_order(Sequence sequence, TimePoint now) {
  if (queued_ > 0) measure(sequence, now);
  accepted(sequence, now);
  next_ = sequence + 1;
  started_ = true;
  return Verdict::in_order;
}

ReceiveWindow::Verdict ReceiveWindow::queue(Sequence sequence, ByteSpan frame, TimePoint now) {
  if (!ring_.empty() && slot(sequence).full) {
    statistics_.rx_duplicate++;
    return Verdict::duplicate;
  }
  statistics_.rx_buffered++;
  if (queued_ > 0) measure(sequence, now);
  put(sequence, frame, now);
  accepted(sequence, now);
  return Verdict::queued;
}

// Measures how late an overtaken packet is: as long as the oldest of the others has waited for it.
void ReceiveWindow::measure(Sequence sequence, TimePoint now) {
  if (sequence - *highest_ < 0) reorder_timeout_.filled(now - waiting_.front().since);
}

ReceiveWindow::Verdict ReceiveWindow::offer_behind(Sequence sequence, ByteSpan frame,
                                                   TimePoint now) {
  statistics_.rx_under_win++;
  reorder_timeout_.late(sequence, now);
  if (now - last_accepted_ < kSilence) return Verdict::late;
  bool goes_on = run_.size > 0 && run_.behind && sequence == run_.sequences[run_.size - 1] + 1;
  bool begins = sequence.number <= 1 || next_ - sequence > static_cast<int32_t>(settings_.missing);
  if (!goes_on && !begins) return Verdict::late;
  return extend_run(sequence, frame, now, true);
}

ReceiveWindow::Verdict ReceiveWindow::extend_run(Sequence sequence, ByteSpan frame, TimePoint now,
                                                 bool behind) {
  if (run_.size == kRunLength) return Verdict::late;  // it is proven, and waits for pop()
  if (run_.size > 0) {
    int32_t step = sequence - run_.sequences[run_.size - 1];
    if (step == 0) return Verdict::duplicate;
    bool goes_on = run_.behind == behind && step > 0 && step <= (behind ? 1 : kRunStep);
    if (!goes_on) run_.size = 0;
  }
  if (run_.size == 0) {
    run_.behind = behind;
    run_.since = now;
  }
  run_.frames[run_.size].assign(frame.begin(), frame.end());
  run_.sequences[run_.size] = sequence;
  run_.size++;
  return Verdict::far;
}

// A packet of the present numbering came, so what looked like the beginning of another was none.
void ReceiveWindow::accepted(Sequence sequence, TimePoint now) {
  run_.size = 0;
  last_accepted_ = now;
  if (!highest_ || sequence - *highest_ > 0) highest_ = sequence;
}

void ReceiveWindow::put(Sequence sequence, ByteSpan frame, TimePoint since) {
  if (ring_.empty()) ring_.resize(std::bit_ceil(std::max<size_t>(settings_.missing + 1, kMinRing)));
  Slot& free = slot(sequence);
  if (!spare_.empty()) {
    free.frame = std::move(spare_.back());
    spare_.pop_back();
  }
  free.frame.assign(frame.begin(), frame.end());
  free.full = true;
  queued_++;
  waiting_.push_back({sequence, since});
}

std::optional<ByteSpan> ReceiveWindow::pop(TimePoint now) {
  while (true) {
    if (queued_ == 0) {
      if (!run_is_proven(now)) return std::nullopt;
      switch_to_run();
    } else if (slot(next_).full) {
      return take_next();
    } else if (waited_in_vain(now)) {
      give_up_gap(true);
    } else if (!settings_.buffering || run_is_proven(now)) {
      give_up_gap(false);
    } else {
      return std::nullopt;
    }
  }
}

ByteSpan ReceiveWindow::take_next() {
  if (popped_.capacity() > 0 && spare_.size() < kSpareBuffers) spare_.push_back(std::move(popped_));
  Slot& full = slot(next_);
  popped_ = std::move(full.frame);
  full.frame.clear();
  full.full = false;
  queued_--;
  next_ = next_ + 1;
  started_ = true;
  while (!waiting_.empty() && waiting_.front().sequence - next_ < 0) waiting_.pop_front();
  return popped_;
}

// Returns whether the oldest waiting packet has waited long enough for the missing ones.
bool ReceiveWindow::waited_in_vain(TimePoint now) const {
  return settings_.buffering && now - waiting_.front().since >= gap_timeout();
}

void ReceiveWindow::give_up_gap(bool in_vain) {
  Sequence first = next_;
  while (!slot(next_).full) next_ = next_ + 1;
  if (!started_) return;  // we do not know yet with which number the server begins
  statistics_.rx_lost += static_cast<uint32_t>(next_ - first);
  if (in_vain) reorder_timeout_.given_up(first, next_, waiting_.front().since);
}

// Before the first number is known, a wait says nothing about the path and delays nobody.
TimePoint::duration ReceiveWindow::gap_timeout() const {
  return started_ ? TimePoint::duration(reorder_timeout_.value()) : settings_.timeout;
}

bool ReceiveWindow::run_is_proven(TimePoint now) const {
  if (run_.size == kRunLength) return true;
  return !started_ && run_.size > 0 && now - run_.since >= settings_.timeout;
}

void ReceiveWindow::switch_to_run() {
  auto jump = static_cast<uint32_t>(run_.sequences[0] - next_);
  if (started_) statistics_.rx_resyncs++;
  if (started_ && jump < kPlausibleLoss) statistics_.rx_lost += jump;
  waiting_.clear();
  next_ = run_.sequences[0];
  for (size_t i = 0; i < run_.size; i++) put(run_.sequences[i], run_.frames[i], run_.since);
  highest_ = run_.sequences[run_.size - 1];
  last_accepted_ = run_.since;
  run_.size = 0;
}

std::optional<TimePoint> ReceiveWindow::next_deadline() const {
  if (queued_ > 0) return waiting_.front().since + gap_timeout();
  if (!started_ && run_.size > 0) return run_.since + settings_.timeout;
  return std::nullopt;
}

}  // namespace callgate
