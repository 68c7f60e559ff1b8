// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/links.hh"

namespace callgate {

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
