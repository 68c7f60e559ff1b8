// SPDX-License-Identifier: GPL-2.0-or-later
// Learns from LCP as it passes which control characters have to be escaped on the pty (RFC 1661
// section 5, RFC 1662 section 7.1). Only looks; both ends may send anything.
//
// Whoever sends a Configure-Request names the map for what it will *receive*. We frame what pppd
// receives, so the map of pppd's own request counts for us, from the moment at which the server's
// Configure-Ack of just that request has been handed to pppd: the kernel switches at the same
// frame. The map of the server's request, acknowledged by pppd, is what the server receives; it is
// of no use here, since GRE carries frames without escapes, but Set-Link-Info reports both (RFC
// 2637 section 2.15).
//
// Escaping more than was agreed is always right. So every sign that LCP begins again (a
// Configure-Request or a termination from either side) brings back the default map, and LCP itself
// is always sent with it (RFC 1662 section 7).
#pragma once

#include <optional>

#include "common/wire/hdlc.hh"

namespace callgate {

struct AgreedMaps {
  uint32_t pppd = kDefaultAccm;    // what has to be escaped in what pppd receives
  uint32_t server = kDefaultAccm;  // in what the server receives
  bool operator==(const AgreedMaps&) const = default;
};

class LcpSnoop {
 public:
  void from_pppd(ByteSpan frame);
  void from_server(ByteSpan frame);

  // The map to encode this frame with, on its way to pppd. Ask before from_server(frame).
  uint32_t map_for(ByteSpan frame) const;

  // Both maps, once after each negotiation that has come to its end.
  std::optional<AgreedMaps> take_news();

 private:
  // One direction of the negotiation: the request of one side, and its acknowledgement by the
  // other.
  struct Direction {
    Bytes request;  // identifier and options of the last Configure-Request; empty = none is open
    std::optional<uint32_t> agreed;
  };

  void observe(ByteSpan frame, Direction& requested_by_sender, Direction& acknowledged_by_sender);
  void start_again();

  Direction pppd_, server_;
  bool news_ = false;
};

}  // namespace callgate
