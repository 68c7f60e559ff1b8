// SPDX-License-Identifier: GPL-2.0-or-later
// The little of LCP (RFC 1661) that shows whether packets pass: asks, and sees whether the server
// answers or asks itself. It agrees to nothing, so no link ever comes up, and no user is named.
#pragma once

#include <array>

#include "common/wire/bytes.hh"
#include "common/wire/hdlc.hh"

namespace callgate::diagnose::live {

// Sizes of PPP packets, as pppd's mtu counts them, that are tried. The first passes everywhere: it
// shows whether the server answers such packets at all.
constexpr std::array<uint16_t, 6> kTriedSizes{128, 576, 1000, 1200, 1300, 1400};

class LcpSpeaker {
 public:
  explicit LcpSpeaker(uint32_t magic) : magic_(magic) {}

  Bytes next_request();  // a Configure-Request, framed for the pty
  Bytes goodbye();       // a Terminate-Request
  // With a code that LCP has not: of so many sizes, the largest, what has come back left out.
  Bytes packets_of_sizes(size_t count) const;
  void received(ByteSpan from_pty);

  unsigned sent() const { return sent_; }
  unsigned frames() const { return frames_; }  // from the server, of any kind
  unsigned answers() const {
    return answers_;
  }  // to our requests, or these themselves: they arrive there
  unsigned requests() const { return requests_; }  // the server's own
  // The largest of the sizes that has come back, in a Code-Reject; 0 = none.
  uint16_t largest() const { return largest_; }

 private:
  void frame(ByteSpan frame);
  void came_back(size_t index);

  uint32_t magic_;
  HdlcDecoder decoder_;
  unsigned sent_ = 0, frames_ = 0, answers_ = 0, requests_ = 0;
  uint16_t largest_ = 0;
};

}  // namespace callgate::diagnose::live
