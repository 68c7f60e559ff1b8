// SPDX-License-Identifier: GPL-2.0-or-later
// The control connections of the call manager, by their numbers.
#pragma once

#include <map>
#include <memory>

#include "callmgr/control/control_link.hh"

namespace callgate {

class Links {
 public:
  using All = std::map<uint32_t, std::unique_ptr<ControlLink>>;

  Links(EventLoop& loop, HostRoutes& routes, ControlLink::Owner& owner);

  ControlLink& open(ControlLink::Settings settings,
                    ControlSettings control);  // numbers and dials it
  // nullptr if there is none of that number.
  ControlLink* find(uint32_t id) const;
  const All& all() const { return all_; }
  // The host's addresses, interfaces or routes have changed. Each connection checks its path soon.
  void network_changed();
  void host_slept(Duration time);
  void sweep();  // destroys those that are closed; not to be called from a link's own callback

  // For a handover.
  uint32_t next_id() const { return next_; }
  void restore_next_id(uint32_t next) { next_ = next; }
  void restore(ControlLink::State state, UniqueFd socket);

 private:
  EventLoop& loop_;
  HostRoutes& routes_;
  ControlLink::Owner& owner_;
  Watch network_changed_;
  bool network_change_noted_ = false;
  uint32_t next_ = 1;
  All all_;
};

}  // namespace callgate
