// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/captures.hh"

#include <algorithm>

namespace callgate {

bool RunningCapture::spend_credit() {
  if (credit == 0) return false;
  credit--;
  unacked++;
  return true;
}

// None once it is stopping: a gateway that has stopped takes credit for the beginning of another.
uint16_t RunningCapture::renew_credit(uint16_t records) {
  if (stopping) return 0;
  auto renewed = std::min(records, unacked);
  unacked = static_cast<uint16_t>(unacked - renewed);
  credit = static_cast<uint16_t>(credit + renewed);
  return renewed;
}

template <typename Matches>
RunningCapture* Captures::find(Matches&& matches) {
  for (auto& [id, capture] : all_)
    if (matches(capture)) return &capture;
  return nullptr;
}

RunningCapture* Captures::begin(CallId call, uint32_t gateway, uint32_t watcher, uint32_t link) {
  if (of_call(call)) return nullptr;
  uint32_t id = next_++;
  if (next_ == 0) next_ = 1;
  auto& capture = all_[id];
  capture = {.id = id, .call = call, .gateway = gateway, .watcher = watcher, .link = link};
  return &capture;
}

RunningCapture* Captures::of_call(CallId call) {
  return find([&](const auto& capture) { return capture.call == call; });
}

RunningCapture* Captures::of_gateway(uint32_t client) {
  return find([&](const auto& capture) { return capture.gateway == client; });
}

RunningCapture* Captures::of_watcher(uint32_t client) {
  return find([&](const auto& capture) { return capture.watcher == client; });
}

bool Captures::on_link(uint32_t link) const {
  return std::ranges::any_of(all_, [&](const auto& entry) { return entry.second.link == link; });
}

std::vector<RunningCapture> Captures::take_over() {
  std::vector<RunningCapture> over;
  for (const auto& [id, capture] : all_)
    if (capture.over()) over.push_back(capture);
  for (const auto& capture : over) all_.erase(capture.id);
  return over;
}

std::vector<RunningCapture> Captures::take_all() {
  std::vector<RunningCapture> taken;
  for (const auto& [id, capture] : all_) taken.push_back(capture);
  all_.clear();
  return taken;
}

}  // namespace callgate
