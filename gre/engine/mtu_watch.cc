// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/mtu_watch.hh"

#include <algorithm>
#include <utility>

namespace callgate {

void MtuWatch::begin(uint16_t most, TimePoint::duration wait, TimePoint now) {
  most_ = mtu_ = most;
  wait_ = std::clamp<TimePoint::duration>(wait, kLeastWait, kMostWait);
  ready_ = measured_ = false;
  ask({std::min(kLeast, most), most}, now);
}

void MtuWatch::limit(uint16_t most, TimePoint now) {
  if (most == most_) return;
  bool grown = most > std::exchange(most_, most);
  mtu_ = std::min(mtu_, most);
  if (!grown)
    ask({std::min(kLeast, most), mtu_}, now);
  else if (asking())
    grow_ = now;
  else
    ask({mtu_, most}, now);
}

void MtuWatch::ask(std::vector<uint16_t> sizes, TimePoint now) {
  lost_ = sizes.back();
  best_ = 0;
  sizes_ = std::move(sizes);
  tries_ = 0;
  next_ = now;
}

void MtuWatch::answered(uint16_t size, TimePoint now) {
  heard_ = true;
  if (!std::ranges::binary_search(sizes_, size)) return;
  best_ = std::max(best_, size);
  if (best_ == sizes_.back()) judge(now);
}

std::vector<uint16_t> MtuWatch::advance(TimePoint now) {
  if (!next_ || now < *next_) return {};
  if (!asking()) {
    wait_ = std::max<TimePoint::duration>(wait_, kLaterWait);
    bool grow = now >= grow_ && mtu_ < most_;
    if (now >= grow_) grow_ = now + kGrow;
    if (grow)
      ask({mtu_, most_}, now);
    else
      ask({std::min(kLeast, mtu_), mtu_}, now);
  } else if (tries_ == kMostTries || (tries_ >= kTries && heard_)) {
    judge(now);
    if (!asking()) return {};
  }
  tries_++;
  heard_ = false;
  next_ = now + wait_;
  std::vector<uint16_t> sizes;
  // The answer to this one tells that the path has not become silent altogether.
  if (best_ > 0) sizes.push_back(best_);
  std::ranges::copy_if(sizes_, std::back_inserter(sizes), [&](auto size) { return size > best_; });
  return sizes;
}

void MtuWatch::judge(TimePoint now) {
  if (best_ == 0 || !heard_) return finish(std::nullopt, now);
  for (uint16_t size : sizes_)
    if (size > best_) {
      lost_ = size;
      break;
    }
  if (best_ >= lost_ || lost_ - best_ <= kExact) return finish(best_, now);
  narrow(now);
}

// Between best_, which passes, and lost_, which does not.
void MtuWatch::narrow(TimePoint now) {
  size_t gap = lost_ - best_, parts = std::min(gap, kSizes + 1);
  sizes_.clear();
  for (size_t i = 1; i < parts; i++)
    sizes_.push_back(static_cast<uint16_t>(best_ + gap * i / parts));
  tries_ = 0;
  next_ = now;
}

void MtuWatch::finish(std::optional<uint16_t> mtu, TimePoint now) {
  sizes_.clear();
  if (mtu) mtu_ = *mtu;
  if (!std::exchange(ready_, true)) {
    measured_ = mtu.has_value();
    grow_ = now + kGrow;
  }
  next_ = now + interval_;
}

}  // namespace callgate
