// SPDX-License-Identifier: GPL-2.0-or-later
// Which interface a call has whose tunnel goes through pppd. pptp cannot know it: pppd makes the
// interface later, and another one with each attempt of persist.
#pragma once

#include <map>
#include <string>

#include "common/channel/channel_message.hh"

namespace callgate {

class PppdInterfaces {
 public:
  // Reads the files in which each pppd writes its pid: INTERFACE.pid as soon as it has the
  // interface.
  explicit PppdInterfaces(const std::string& directory = "/run");

  // The interface that the call has told, or that of its pppd. Empty if it is not known.
  std::string of(const CallInfo& call) const;

 private:
  std::string of_pppd(const CallInfo& call) const;
  std::string of_terminal(const CallInfo& call) const;

  std::multimap<uint32_t, std::string> by_pid_;
};

}  // namespace callgate
