// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/receive_window.hh"

#include <algorithm>
#include <bit>
#include <utility>

namespace callgate {
namespace {

constexpr size_t kMinRing = 128;               // a whole run fits in, whatever the window is
constexpr size_t kSpareBuffers = 64;           // kept for the next time that packets are early
constexpr int32_t kPlausibleLoss = 1'000'000;  // packets; no outage explains a longer jump

static_assert(kMinRing > OtherNumberings::kKept * OtherNumberings::kStep);

}  // namespace

ReceiveWindow::ReceiveWindow(const Settings& settings, Statistics& statistics)
    : settings_(settings), statistics_(statistics), reorder_timeout_(settings.timeout) {
  settings_.missing = std::clamp(settings_.missing, 1u, kMaxMissing);
}

ReceiveWindow::Verdict ReceiveWindow::offer(Sequence sequence, ByteSpan frame, TimePoint now,
                                            bool proof, Order order) {
  if (left_ && sequence - *left_ >= 0 && sequence - *left_ < OtherNumberings::kStep) {
    statistics_.rx_resyncs++;
    go_to(std::exchange(*left_, next_));
  }
  if (in_window(sequence)) {
    if (proof) prove();
    if (order == Order::at_once && settled()) return take_at_once(sequence, frame, now);
    return sequence == next_ ? take_in_order(sequence, frame, now) : queue(sequence, frame, now);
  }
  if (proof) {
    prove();
    others_.add(sequence, frame, now, 0);
    switch_to(*others_.take_believed());
    return Verdict::queued;
  }
  if (take_late(sequence, order)) return Verdict::at_once;
  if (!begins(sequence, frame)) return note_other(sequence, frame, now);
  begin_at(sequence);
  return take_in_order(sequence, frame, now);
}

bool ReceiveWindow::in_window(Sequence sequence) const {
  int32_t ahead = sequence - next_;
  return started_ && ahead >= 0 && static_cast<uint32_t>(ahead) <= settings_.missing;
}

// Returns whether the numbering begins with this packet, although it may have begun already.
bool ReceiveWindow::begins(Sequence sequence, ByteSpan frame) const {
  if (!started_) return sequence.number <= 1 && !others_.continued_by(sequence);
  if (proven_) return false;
  for (const auto& [number, content] : beginning_)
    if (number == sequence) return !std::ranges::equal(content, frame);
  bool passed = sequence - began_ >= 0 && sequence - next_ < 0;
  return sequence.number <= 1 && !passed && (!settled() || began_.number > 1);
}

void ReceiveWindow::begin_at(Sequence first) {
  if (started_) statistics_.rx_resyncs++;
  if (!started_ || first - began_ < 0) began_ = first;
  accepted_ = std::min(accepted_, static_cast<uint32_t>(first - began_));
  std::erase_if(beginning_, [&](const auto& packet) { return packet.sequence - first >= 0; });
  go_to(first);
}

ReceiveWindow::Verdict ReceiveWindow::take_in_order(Sequence sequence, ByteSpan frame,
                                                    TimePoint now) {
  if (queued_ > 0) measure(sequence, now);
  accepted(sequence, frame);
  last_in_turn_ = sequence;
  step(true);
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
  accepted(sequence, frame);
  return Verdict::queued;
}

ReceiveWindow::Verdict ReceiveWindow::take_at_once(Sequence sequence, ByteSpan frame,
                                                   TimePoint now) {
  if (!ring_.empty() && slot(sequence).full) {
    statistics_.rx_duplicate++;
    return Verdict::duplicate;
  }
  if (came_.empty()) came_.assign(std::bit_ceil(std::max(2 * settings_.missing, kLate)), true);
  if (queued_ > 0) measure(sequence, now);
  accepted(sequence, frame);
  if (sequence == next_) {
    step(true);
    return Verdict::in_order;
  }
  if (queued_ > 0) {
    slot(sequence).full = slot(sequence).handed_on = true;
    handed_on_++;
    return Verdict::at_once;
  }
  statistics_.rx_lost += static_cast<uint32_t>(sequence - next_);
  while (next_ != sequence) step(false);
  step(true);
  return Verdict::at_once;
}

// Returns whether this frame may be handed on although later ones were. Its number was counted as
// lost.
bool ReceiveWindow::take_late(Sequence sequence, Order order) {
  int32_t behind = next_ - sequence;
  if (behind <= 0 || static_cast<size_t>(behind) > came_.size()) return false;
  auto came = came_[sequence.number & (came_.size() - 1)];
  if (came) return false;
  if (order == Order::in_turn) {
    bool overtaken = last_in_turn_ && *last_in_turn_ - sequence > 0 && next_ - *last_in_turn_ > 0;
    if (overtaken) return false;
    last_in_turn_ = sequence;
  }
  came = true;
  statistics_.rx_late++;
  return true;
}

// Goes to the next number.
void ReceiveWindow::step(bool handed_on) {
  if (!came_.empty()) came_[next_.number & (came_.size() - 1)] = handed_on;
  next_ = next_ + 1;
}

// Measures how late an overtaken packet is: as long as the first that overtook it has waited.
// Others that wait may wait for another packet.
void ReceiveWindow::measure(Sequence sequence, TimePoint now) {
  auto overtaker = std::ranges::find_if(
      waiting_, [&](const Waiting& waiting) { return waiting.sequence - sequence > 0; });
  if (overtaker != waiting_.end()) reorder_timeout_.filled(now - overtaker->since);
}

// A packet of another numbering, or one that is late, or forged.
ReceiveWindow::Verdict ReceiveWindow::note_other(Sequence sequence, ByteSpan frame, TimePoint now) {
  bool behind = started_ && sequence - next_ < 0;
  bool near = !started_ && sequence.number <= settings_.missing;
  (behind ? statistics_.rx_under_win : near ? statistics_.rx_buffered : statistics_.rx_over_win)++;
  if (behind) reorder_timeout_.late(sequence, now);
  if (behind && proven_) return Verdict::late;
  bool fresh = others_.add(sequence, frame, now, needed(sequence));
  if (behind) return Verdict::late;
  if (!fresh) statistics_.rx_duplicate++;
  return !fresh ? Verdict::duplicate : near ? Verdict::queued : Verdict::far;
}

// Returns how many packets a run that has come to this number must have to be believed.
uint64_t ReceiveWindow::needed(Sequence sequence) const {
  if (!started_) return kFirstRun;
  if (yields_to_a_run()) return kSettled;
  int32_t ahead = sequence - next_;
  if (ahead < 0) return OtherNumberings::kNever;
  return std::max<uint64_t>(kLeastRun, static_cast<uint32_t>(ahead) / settings_.missing + 2);
}

void ReceiveWindow::accepted(Sequence sequence, ByteSpan frame) {
  if (!highest_ || sequence - *highest_ > 0) highest_ = sequence;
  if (proven_) return others_.clear();
  if (!yields_to_a_run()) others_.interrupt();
  if (settled()) return;
  beginning_.push_back({sequence, Bytes(frame.begin(), frame.end())});
  if (++accepted_ == kSettled) beginning_.clear();
}

void ReceiveWindow::prove() {
  proven_ = true;
  beginning_.clear();
}

void ReceiveWindow::put(Sequence sequence, ByteSpan frame, TimePoint since) {
  if (ring_.empty()) ring_.resize(std::bit_ceil(std::max<size_t>(settings_.missing + 1, kMinRing)));
  Slot& free = slot(sequence);
  if (free.full) return;
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
    if (queued_ > 0 && slot(next_).full && !slot(next_).handed_on) return take_next();
    if (handed_on_ > 0) {
      if (slot(next_).full) {
        slot(next_).full = slot(next_).handed_on = false;
        handed_on_--;
        step(true);
        continue;
      }
      if (queued_ == 0) {
        give_up_gap(false);
        continue;
      }
    }
    if (join_next(now)) continue;
    if (auto run = next_run(now)) {
      switch_to(std::move(*run));
    } else if (queued_ == 0) {
      return std::nullopt;
    } else if (now - waiting_.front().since >= reorder_timeout_.value() && settings_.buffering) {
      give_up_gap(true);
    } else if (!settings_.buffering || others_.has_believed() || overtaken_too_often()) {
      give_up_gap(false);
    } else {
      return std::nullopt;
    }
  }
}

// While a frame waits for a missing one, those that do not wait fill the window.
bool ReceiveWindow::overtaken_too_often() const {
  return handed_on_ > settings_.missing / 2;
}

// Returns the run with which to go on, if there is one. What waits in the window comes before it.
std::optional<ReceiveWindow::Run> ReceiveWindow::next_run(TimePoint now) {
  if (!started_ && others_.since() && now - *others_.since() >= settings_.timeout)
    return others_.take_oldest();
  return queued_ == 0 ? others_.take_believed() : std::nullopt;
}

// The first packets of a call may have come in the wrong order. This one was overtaken by nobody
// knows whom, so it does not settle the numbering.
bool ReceiveWindow::join_next(TimePoint now) {
  if (!started_ || settled()) return false;
  auto packet = others_.take_packet(next_);
  if (!packet) return false;
  put(packet->sequence, packet->frame, now);
  if (*highest_ - packet->sequence < 0) highest_ = packet->sequence;
  beginning_.push_back(std::move(*packet));
  return true;
}

void ReceiveWindow::switch_to(Run run) {
  int32_t jump = run.first() - next_;
  if (started_) {
    statistics_.rx_resyncs++;
    if (jump > 0 && jump < kPlausibleLoss) statistics_.rx_lost += static_cast<uint32_t>(jump);
    left_.reset();
    if (run.needed > 0 && settled() && jump >= kPlausibleLoss) left_ = next_;
  }
  if (!started_ || !settled()) {
    began_ = run.first();
    accepted_ = 0;
    beginning_.clear();
  }
  go_to(run.first());
  for (const auto& [sequence, frame] : run.packets) {
    put(sequence, frame, run.since);
    accepted(sequence, frame);
  }
}

// Drops what waits and is not in the window then.
void ReceiveWindow::go_to(Sequence next) {
  next_ = next;
  started_ = true;
  highest_.reset();
  came_.assign(came_.size(), true);
  if (std::exchange(handed_on_, 0) > 0)
    for (Slot& each : ring_)
      if (std::exchange(each.handed_on, false)) each.full = false;
  std::erase_if(waiting_, [&](const Waiting& waiting) {
    Slot& slot = this->slot(waiting.sequence);
    if (slot.full && in_window(waiting.sequence)) return false;
    if (std::exchange(slot.full, false)) queued_--;
    return true;
  });
}

ByteSpan ReceiveWindow::take_next() {
  if (popped_.capacity() > 0 && spare_.size() < kSpareBuffers) spare_.push_back(std::move(popped_));
  Slot& full = slot(next_);
  popped_ = std::move(full.frame);
  full.frame.clear();
  full.full = false;
  queued_--;
  last_in_turn_ = next_;
  step(true);
  while (!waiting_.empty() && waiting_.front().sequence - next_ < 0) waiting_.pop_front();
  return popped_;
}

void ReceiveWindow::give_up_gap(bool in_vain) {
  Sequence first = next_;
  while (!slot(next_).full) step(false);
  statistics_.rx_lost += static_cast<uint32_t>(next_ - first);
  if (in_vain) reorder_timeout_.given_up(first, next_, waiting_.front().since);
}

std::optional<TimePoint> ReceiveWindow::next_deadline() const {
  if (queued_ > 0) return waiting_.front().since + reorder_timeout_.value();
  if (!started_ && others_.since()) return *others_.since() + settings_.timeout;
  return std::nullopt;
}

}  // namespace callgate
