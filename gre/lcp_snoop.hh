// SPDX-License-Identifier: GPL-2.0-or-later
// Learns from passing LCP packets which control characters must be escaped on the pty (RFC 1661
// section 5, RFC 1662 section 7.1). It only looks, and both ends may send anything.
//
// The sender of a Configure-Request names the map for what it *receives*. We frame what pppd
// receives, so the map in pppd's own request counts for us. It is valid from the moment at which
// the server's Configure-Ack of that request is handed to pppd: the kernel switches at the same
// frame. The map in the server's request, acknowledged by pppd, is what the server receives. GRE
// carries frames without escapes, so we do not need that map, but Set-Link-Info reports both (RFC
// 2637 section 2.15).
//
// It is always right to escape more than was agreed. So every sign that LCP begins again (a
// Configure-Request or a termination from either side) brings back the default map, and LCP itself
// is always sent with the default map (RFC 1662 section 7).
//
// It also tells a frame that only the server can have sent. pppd's Configure-Request contains a
// random magic number (RFC 1661 section 6.4), and the server's Configure-Ack repeats it. Whoever
// does not see the traffic cannot know it.
#pragma once

#include <optional>

#include "common/wire/hdlc.hh"

namespace callgate {

struct AgreedMaps {
  uint32_t pppd = kDefaultAccm;    // to be escaped in what pppd receives
  uint32_t server = kDefaultAccm;  // in what the server receives
  bool operator==(const AgreedMaps&) const = default;
};

class LcpSnoop {
 public:
  void from_pppd(ByteSpan frame);
  void from_server(ByteSpan frame);

  // Returns the map to encode this frame with, on its way to pppd. Call it before
  // from_server(frame).
  uint32_t map_for(ByteSpan frame) const;

  // Returns whether the frame is a Configure-Ack that repeats the magic number of pppd's last
  // request.
  bool proves(ByteSpan frame) const;

  // Returns both maps, once after each negotiation that has ended in agreement.
  std::optional<AgreedMaps> take_news();

  // pppd has sent a Terminate-Request, and has not begun anew: what the server does then, it does
  // because pppd ends the connection.
  bool pppd_ends() const { return pppd_ends_; }

 private:
  // One direction of the negotiation: the request of one side and the other side's answer.
  struct Direction {
    Bytes request;  // of the last Configure-Request, from its identifier on; empty = none is open
    std::optional<uint32_t> agreed;
    Bytes challenge;  // the last request, if it contains a magic number
  };

  void observe(ByteSpan frame, Direction& requested_by_sender, Direction& acknowledged_by_sender);
  void start_again();

  Direction pppd_, server_;
  bool news_ = false;
  bool pppd_ends_ = false;
};

}  // namespace callgate
