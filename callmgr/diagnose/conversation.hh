// SPDX-License-Identifier: GPL-2.0-or-later
// Follows the packets of the two ends of a PPP link, and notes facts about them. Each packet counts
// as
//   PROTOCOL.sent or .received                 "lcp.sent"
//   PROTOCOL.CODE.sent or .received            "lcp.confreq.sent"
//   that name and each option of the packet    "lcp.confreq.received.auth-chap-ms-v2"
//   that name and the packet before it         "lcp.termreq.received.after.eap.response.sent"
#pragma once

#include <array>

#include "callmgr/diagnose/facts.hh"
#include "callmgr/diagnose/log/packet.hh"
#include "callmgr/diagnose/stage.hh"

namespace callgate::diagnose {

class Conversation {
 public:
  // Returns the stage that this packet proves.
  Stage follow(const Packet& packet, Facts& facts);
  bool silent() const { return previous_.empty(); }  // true if there was no packet yet

 private:
  struct Layer {
    bool we_acknowledged = false, peer_acknowledged = false;
    bool up() const { return we_acknowledged && peer_acknowledged; }
  };
  void count(const Packet& packet, Facts& facts);
  void count_options(const Packet& packet, Facts& facts);
  void count_mppe(uint32_t bits, Facts& facts);
  void add(std::string_view suffix, Facts& facts);
  void note_echo(const Packet& packet, Facts& facts);
  void note_failure(const Packet& packet, Facts& facts);
  Stage reached(const Packet& packet);
  static bool negotiate(Layer& layer, const Packet& packet);

  Layer lcp_, ipcp_;
  int64_t echoes_unanswered_ = 0;
  std::string base_, previous_, scratch_;  // names of facts
};

}  // namespace callgate::diagnose
