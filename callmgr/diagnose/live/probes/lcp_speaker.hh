// SPDX-License-Identifier: GPL-2.0-or-later
// The part of LCP (RFC 1661) that shows whether packets pass: it sends requests, and sees whether
// the server answers or sends requests itself. It agrees to nothing, so no link comes up, and it
// names no user. If the server asks for another authentication than MS-CHAPv2, it proposes that
// one, to see whether the server would take it.
#pragma once

#include <array>

#include "callmgr/diagnose/live/authentication.hh"
#include "common/wire/bytes.hh"
#include "common/wire/hdlc.hh"

namespace callgate::diagnose::live {

// The sizes of PPP packets that are tried, counted like pppd's mtu. The first passes everywhere,
// and shows whether the server answers such packets at all.
constexpr std::array<uint16_t, 6> kTriedSizes{128, 576, 1000, 1200, 1300, 1400};

class LcpSpeaker {
 public:
  explicit LcpSpeaker(uint32_t magic) : magic_(magic) {}

  Bytes next_request();  // a Configure-Request, framed for the pty
  Bytes goodbye();       // a Terminate-Request
  // Packets with a code that LCP does not know: one for each of the `count` largest sizes that are
  // larger than the largest that has come back.
  Bytes packets_of_sizes(size_t count) const;
  void received(ByteSpan from_pty);
  Bytes take_proposal();  // a Configure-Nak, once; empty if there is nothing to propose

  unsigned sent() const { return sent_; }
  unsigned frames() const { return frames_; }  // from the server, of any kind
  // Answers to our requests, or our requests themselves, sent back: they arrive at the server.
  unsigned answers() const { return answers_; }
  const Authentications& authentications() const { return authentications_; }
  // The largest of the sizes that has come back, in a Code-Reject; 0 = none.
  uint16_t largest() const { return largest_; }

 private:
  void frame(ByteSpan frame);
  void requested(ByteSpan options, uint8_t identifier);
  void rejected(ByteSpan body, uint8_t identifier);
  void came_back(uint8_t identifier);

  uint32_t magic_;
  HdlcDecoder decoder_;
  unsigned sent_ = 0, frames_ = 0, answers_ = 0;
  Authentications authentications_;
  Bytes proposal_;
  std::optional<uint8_t> proposed_;  // the identifier of the request that we answered
  uint16_t largest_ = 0;
};

}  // namespace callgate::diagnose::live
