// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/large_packets.hh"

#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <initializer_list>

namespace callgate {

bool ask_for_large_packets(int tun) {
  constexpr unsigned kTcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
  // The headers of older kernels do not have these two. Linux takes both or neither.
  constexpr unsigned kUdp4 = 0x20, kUdp6 = 0x40;
  for (unsigned wanted : {kTcp | kUdp4 | kUdp6, kTcp})
    if (ioctl(tun, TUNSETOFFLOAD, static_cast<unsigned long>(wanted)) == 0) return true;
  return false;
}

}  // namespace callgate
