// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/other_numberings.hh"

#include <algorithm>
#include <cstdlib>

namespace callgate {
namespace {

bool near(Sequence a, Sequence b) {
  int32_t distance = a - b;
  return distance >= -OtherNumberings::kStep && distance <= OtherNumberings::kStep;
}

}  // namespace

bool OtherNumberings::add(Sequence sequence, ByteSpan frame, TimePoint now, uint64_t needed) {
  auto found = std::ranges::find_if(runs_, [&](auto& run) { return near(sequence, run.last()); });
  Run* run = found != runs_.end() ? &*found : begin(now, needed);
  if (!run) return true;
  auto& packets = run->packets;
  bool rises = packets.empty() || sequence - run->last() > 0;
  run->needed = rises ? needed : std::min(needed, run->needed);
  auto place = std::ranges::find_if(
      packets, [&](const Packet& packet) { return packet.sequence - sequence >= 0; });
  if (place != packets.end() && place->sequence == sequence) return false;
  packets.insert(place, {sequence, Bytes(frame.begin(), frame.end())});
  if (packets.size() > kKept) packets.erase(packets.begin());
  if (rises) run->length++;
  run->latest = now;
  return true;
}

// Returns nullptr if every other run needs fewer packets than a new one.
OtherNumberings::Run* OtherNumberings::begin(TimePoint now, uint64_t needed) {
  if (runs_.size() == kRuns) {
    auto remaining = [&](const Run& run) {
      return now - run.latest >= kStopped ? kNever : run.remaining();
    };
    auto worst = std::ranges::max_element(runs_, {}, remaining);
    if (remaining(*worst) + 1 < needed) return nullptr;  // a new run has one packet
    runs_.erase(worst);
  }
  return &runs_.emplace_back(Run{.packets = {}, .since = now, .needed = needed});
}

void OtherNumberings::interrupt() {
  for (Run& run : runs_) run.length = 0, run.needed = kNever;
}

bool OtherNumberings::continued_by(Sequence sequence) const {
  return std::ranges::any_of(runs_, [&](const Run& run) {
    return sequence - run.last() > 0 && near(sequence, run.last());
  });
}

std::optional<TimePoint> OtherNumberings::since() const {
  if (runs_.empty()) return std::nullopt;
  return runs_.front().since;
}

bool OtherNumberings::has_believed() const {
  return std::ranges::any_of(runs_, [](const Run& run) { return run.remaining() == 0; });
}

std::optional<OtherNumberings::Run> OtherNumberings::take_believed() {
  return take(std::ranges::find(runs_, 0u, &Run::remaining));
}

std::optional<OtherNumberings::Run> OtherNumberings::take_oldest() {
  return take(runs_.begin());
}

std::optional<OtherNumberings::Packet> OtherNumberings::take_packet(Sequence sequence) {
  auto run = std::ranges::find(runs_, sequence, &Run::first);
  if (run == runs_.end()) return std::nullopt;
  Packet taken = std::move(run->packets.front());
  run->packets.erase(run->packets.begin());
  if (run->packets.empty()) runs_.erase(run);
  return taken;
}

std::optional<OtherNumberings::Run> OtherNumberings::take(Runs::iterator run) {
  if (run == runs_.end()) return std::nullopt;
  Run taken = std::move(*run);
  runs_.erase(run);
  return taken;
}

}  // namespace callgate
