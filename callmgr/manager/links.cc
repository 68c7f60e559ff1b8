// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/links.hh"

#include <utility>

namespace callgate {
namespace {

constexpr Duration kStorm{200};  // changes within this time are one change

}  // namespace

Links::Links(EventLoop& loop, HostRoutes& routes, ControlLink::Owner& owner)
    : loop_(loop), routes_(routes), owner_(owner) {
  network_changed_ = loop_.timer([this] {
    network_change_noted_ = false;
    for (const auto& [id, link] : all_) link->network_changed();
  });
}

ControlLink& Links::open(ControlLink::Settings settings, ControlSettings control) {
  settings.id = next_++;
  auto& link = all_[settings.id];
  link = std::make_unique<ControlLink>(loop_, routes_, std::move(settings), std::move(control),
                                       owner_);
  link->dial();
  return *link;
}

ControlLink* Links::find(uint32_t id) const {
  auto it = all_.find(id);
  return it == all_.end() ? nullptr : it->second.get();
}

// Changes come in storms, and each check costs a few system calls for each connection.
void Links::network_changed() {
  if (!std::exchange(network_change_noted_, true)) network_changed_.start(kStorm);
}

void Links::host_slept(Duration time) {
  for (const auto& [id, link] : all_) link->host_slept(time);
}

void Links::sweep() {
  std::erase_if(all_, [](const auto& entry) {
    return entry.second->control().state() == ControlConnection::State::closed;
  });
}

void Links::restore(ControlLink::State state, UniqueFd socket) {
  uint32_t id = state.settings.id;
  all_[id] =
      std::make_unique<ControlLink>(loop_, routes_, std::move(state), std::move(socket), owner_);
}

}  // namespace callgate
