// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/conversation.hh"

#include <algorithm>

#include "callmgr/diagnose/log/decode.hh"
#include "callmgr/diagnose/log/scanner.hh"

namespace callgate::diagnose {
namespace {

void append_lower(std::string& to, std::string_view word) {
  for (char c : word) to += to_lower(c);
}

// Appends "mppe", "addr", "ms-dns1"; for authentication also the method: "auth-chap-ms-v2".
void append_option(std::string& to, std::string_view option) {
  size_t end = 0;
  while (end < option.size() && option[end] != ' ' && option[end] != '(') end++;
  append_lower(to, option.substr(0, end));
  if (!option.starts_with("auth ")) return;
  to += '-';
  for (char c : authentication_name(option.substr(5))) to += c == ' ' ? '-' : to_lower(c);
}

bool is(const Packet& packet, std::string_view protocol, std::string_view code) {
  return packet.protocol == protocol && packet.code == code;
}

}  // namespace

Stage Conversation::follow(const Packet& packet, Facts& facts) {
  count(packet, facts);
  note_echo(packet, facts);
  note_failure(packet, facts);
  // An echo may come at any time, so it does not count as the packet before another one.
  if (!packet.code.starts_with("Echo")) previous_ = base_;
  return reached(packet);
}

void Conversation::add(std::string_view suffix, Facts& facts) {
  scratch_.assign(base_).append(suffix);
  facts.add(scratch_);
}

void Conversation::count(const Packet& packet, Facts& facts) {
  std::string_view direction = packet.sent ? "sent" : "received";
  facts.add(packet.sent ? "ppp.sent" : "ppp.received");
  scratch_.clear();
  append_lower(scratch_, packet.protocol);
  scratch_.append(".").append(direction);
  facts.add(scratch_);
  if (packet.protocol == "proto") {
    base_ = scratch_;
    scratch_.append(".").append(packet.code);
    facts.add(scratch_);
    return;
  }
  base_.clear();
  append_lower(base_, packet.protocol);
  base_ += '.';
  append_lower(base_, packet.code);
  base_.append(".").append(direction);
  facts.add(base_);
  if (!facts.names().asks_beyond(base_)) return;  // most packets
  if (!previous_.empty()) {
    scratch_.assign(base_).append(".after.").append(previous_);
    facts.add(scratch_);
  }
  if (packet.code.starts_with("Conf")) count_options(packet, facts);
}

void Conversation::count_options(const Packet& packet, Facts& facts) {
  bool any = false;
  for_each_option(packet.body, [&](std::string_view option) {
    any = true;
    scratch_.assign(base_).append(".");
    append_option(scratch_, option);
    facts.add(scratch_);
    if (option.starts_with("auth")) add(".auth", facts);
    if (auto bits = mppe_bits(option)) count_mppe(*bits, facts);
  });
  if (!any) add(".nothing", facts);
}

void Conversation::count_mppe(uint32_t bits, Facts& facts) {
  if (bits & mppe::kStateless) add(".mppe-stateless", facts);
  if (bits & mppe::k128) add(".mppe-128", facts);
  if (bits & mppe::k56) add(".mppe-56", facts);
  if (bits & mppe::k40) add(".mppe-40", facts);
  if (bits & mppe::kMppc) add(".mppe-mppc", facts);
  if (!(bits & (mppe::k128 | mppe::k56 | mppe::k40))) add(".mppe-none", facts);
}

// Counts our echo requests since the last answer.
void Conversation::note_echo(const Packet& packet, Facts& facts) {
  if (is(packet, "LCP", "EchoReq") && packet.sent)
    facts.set("echo.unanswered", echoes_unanswered_ += facts.times());
  else if (is(packet, "LCP", "EchoRep") && !packet.sent)
    facts.set("echo.unanswered", echoes_unanswered_ = 0);
}

void Conversation::note_failure(const Packet& packet, Facts& facts) {
  if (is(packet, "CHAP", "Failure")) {
    if (auto failure = parse_chap_failure(packet.body)) facts.set("chap.error", failure->error);
  }
  if (packet.code == "TermReq" && !packet.sent) {
    if (auto error = ras_error_in(packet.body)) facts.set("ras.error", *error);
  }
}

bool Conversation::negotiate(Layer& layer, const Packet& packet) {
  if (packet.code == "ConfReq")  // a new request voids the acknowledgement of the old one
    (packet.sent ? layer.peer_acknowledged : layer.we_acknowledged) = false;
  if (packet.code == "ConfAck")
    (packet.sent ? layer.we_acknowledged : layer.peer_acknowledged) = true;
  return layer.up();
}

Stage Conversation::reached(const Packet& packet) {
  if (packet.protocol == "LCP" && negotiate(lcp_, packet)) return Stage::lcp_up;
  if (packet.protocol == "IPCP" && negotiate(ipcp_, packet)) return Stage::ipcp;
  bool accepted =
      is(packet, "CHAP", "Success") || is(packet, "EAP", "Success") || is(packet, "PAP", "AuthAck");
  if (accepted) return Stage::authenticated;
  // No end sends packets of another protocol before LCP is up.
  if (packet.protocol != "LCP" && packet.protocol != "proto") return Stage::lcp_up;
  return packet.sent || packet.protocol == "proto" ? Stage::started : Stage::lcp_heard;
}

}  // namespace callgate::diagnose
