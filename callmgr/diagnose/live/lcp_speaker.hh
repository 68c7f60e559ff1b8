// SPDX-License-Identifier: GPL-2.0-or-later
// The little of LCP (RFC 1661) that shows whether packets pass: asks, and sees whether the server
// answers or asks itself. It agrees to nothing, so no link ever comes up, and no user is named.
#pragma once

#include "common/bytes.hh"
#include "common/hdlc.hh"

namespace callgate::diagnose::live {

class LcpSpeaker {
 public:
  explicit LcpSpeaker(uint32_t magic) : magic_(magic) {}

  Bytes next_request();  // a Configure-Request, framed for the pty
  Bytes goodbye();       // a Terminate-Request
  void received(ByteSpan from_pty);

  unsigned sent() const { return sent_; }
  unsigned frames() const { return frames_; }  // from the server, of any kind
  unsigned answers() const {
    return answers_;
  }  // to our requests, or these themselves: they arrive there
  unsigned requests() const { return requests_; }  // the server's own

 private:
  void frame(ByteSpan frame);

  uint32_t magic_;
  HdlcDecoder decoder_;
  unsigned sent_ = 0, frames_ = 0, answers_ = 0, requests_ = 0;
};

}  // namespace callgate::diagnose::live
