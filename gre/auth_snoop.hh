// SPDX-License-Identifier: GPL-2.0-or-later
// Learns from passing packets whether the server has refused pppd's name or password: PAP (RFC
// 1334), CHAP (RFC 1994) with MS-CHAP (RFC 2433, RFC 2759), and EAP (RFC 3748). It only looks, and
// both ends may send anything. A pppd with the option persist dials again after a refusal, and a
// server that locks an account after some wrong passwords would lock it.
//
// The server's last word counts. A server may refuse (R=1 in MS-CHAP), ask again in the same call,
// and then accept.
#pragma once

#include <optional>

#include "ppp/frame.hh"

namespace callgate {

class AuthSnoop {
 public:
  void from_pppd(ByteSpan frame);
  void from_server(ByteSpan frame);

  // Returns whether the login is refused, once each time that this has changed.
  std::optional<bool> take_news();

 private:
  void judge(bool refused);

  std::optional<ppp::Protocol>
      asked_;  // pppd has sent its answer, and the server has not judged it
  bool refused_ = false, told_ = false;
};

}  // namespace callgate
