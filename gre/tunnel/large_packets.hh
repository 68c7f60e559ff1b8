// SPDX-License-Identifier: GPL-2.0-or-later
// Large packets of a tun device: the kernel hands over up to 64 KiB of one flow at once, and takes
// as much. Either side tells the other in a header before each packet
// (gre/engine/virtio_header.hh).
#pragma once

namespace callgate {

// Tells the kernel which large packets it may hand over: TCP, and UDP since Linux 6.2. The device
// has IFF_VNET_HDR. Returns false if the kernel refuses: then it cuts them itself, and takes large
// packets all the same.
bool ask_for_large_packets(int tun);

}  // namespace callgate
