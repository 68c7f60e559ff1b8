// SPDX-License-Identifier: GPL-2.0-or-later
// Whether pptp-gre may believe what it hears on its channel. Whoever speaks there chooses the call
// whose packets the gateway reads and sends.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "common/channel/reason.hh"

namespace callgate {

// The other end of a channel, as the kernel describes it.
struct ChannelPeer {
  bool records = false;  // SOCK_SEQPACKET
  std::string path;      // where it listens; empty: a socket pair, or it has connected to us
  uid_t uid = 0;         // who called listen()
};

// Throws OsError if this is no Unix socket.
ChannelPeer peer_of_channel(int channel);

// Returns why this is not the system's call manager, or nullopt. The system's manager listens in
// CALLGATE_RUNTIME_DIR, and root, or `manager_user`, has called listen() there. Pure.
std::optional<Reason> distrust(const ChannelPeer& peer, std::optional<uid_t> manager_user);

// A caller that has CAP_NET_RAW itself may choose any manager. A gateway that has it only by its
// file capability accepts the system's call manager alone: returns why it does not trust this one.
std::optional<Reason> distrust_channel(int channel);

}  // namespace callgate
