// SPDX-License-Identifier: GPL-2.0-or-later
// Follows what the two ends of a PPP link say to each other, and notes facts about it.
//
// Each packet counts as PROTOCOL.CODE.sent or .received ("lcp.confreq.sent"), as PROTOCOL.sent, and
// with each option it carries ("ccp.confrej.sent.mppe", "lcp.confreq.received.auth-chap-ms-v2"),
// and after which packet it came ("lcp.termreq.received.after.eap.response.sent").
#pragma once

#include <array>

#include "callmgr/diagnose/facts.hh"
#include "callmgr/diagnose/log/packet.hh"
#include "callmgr/diagnose/stage.hh"

namespace callgate::diagnose {

class Conversation {
 public:
  // The stage that this packet proves.
  Stage follow(const Packet& packet, Facts& facts);
  bool silent() const { return previous_.empty(); }  // no packet so far

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
