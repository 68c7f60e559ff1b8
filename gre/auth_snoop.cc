// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/auth_snoop.hh"

#include <algorithm>
#include <string_view>

#include "ppp/control_packet.hh"

namespace callgate {
namespace {

using ppp::Protocol;

constexpr uint8_t kPapRequest = 1, kPapAck = 2, kPapNak = 3;
constexpr uint8_t kResponse = 2, kSuccess = 3, kFailure = 4;  // of CHAP and EAP
// The types of EAP below the first one only ask who we are, and which types we have. EAP-TLS has no
// password (RFC 3748 section 5, RFC 5216).
constexpr uint8_t kFirstEapMethod = 4, kEapTls = 13;
// Windows ends LCP with these four bytes and the error of RAS in four more.
constexpr uint32_t kWindowsReason = 0x003CCD74;
constexpr uint32_t kFirstAccountError = 646, kLastAccountError = 649, kAuthenticationFailure = 691;
// pppd, as a server, says "Authentication failed".
constexpr std::string_view kSaysRefused = "uthentication failed";

struct Packet {
  Protocol protocol{};
  uint8_t code = 0;
  ByteSpan data;
};

std::optional<Packet> parse(ByteSpan bytes) {
  auto frame = ppp::parse_frame(bytes);
  if (!frame) return std::nullopt;
  auto protocol = frame->protocol;
  if (protocol != Protocol::lcp && protocol != Protocol::pap && protocol != Protocol::chap &&
      protocol != Protocol::eap)
    return std::nullopt;
  auto packet = ppp::parse_control_packet(frame->payload);
  if (!packet) return std::nullopt;
  return Packet{protocol, static_cast<uint8_t>(packet->code), packet->data};
}

bool is_code(const Packet& packet, ppp::Code code) {
  return packet.protocol == Protocol::lcp && packet.code == static_cast<uint8_t>(code);
}

bool is_answer(const Packet& packet) {
  switch (packet.protocol) {
    case Protocol::pap: return packet.code == kPapRequest;
    case Protocol::chap: return packet.code == kResponse;
    case Protocol::eap:
      return packet.code == kResponse && !packet.data.empty() &&
             packet.data[0] >= kFirstEapMethod && packet.data[0] != kEapTls;
    default: return false;
  }
}

// Returns whether the server refuses, or nullopt if this is no verdict.
std::optional<bool> verdict(const Packet& packet) {
  bool pap = packet.protocol == Protocol::pap;
  if (packet.code == (pap ? kPapAck : kSuccess)) return false;
  if (packet.code == (pap ? kPapNak : kFailure)) return true;
  return std::nullopt;
}

// A server may end LCP in place of a verdict, or its verdict may be lost.
bool terminates_for_refusal(ByteSpan reason) {
  uint32_t mark = 0, error = 0;
  Reader reader(reason);
  reader(mark, error);
  if (reader.ok() && mark == kWindowsReason)
    return error == kAuthenticationFailure ||
           (error >= kFirstAccountError && error <= kLastAccountError);
  return !std::ranges::search(reason, kSaysRefused).empty();
}

}  // namespace

void AuthSnoop::from_pppd(ByteSpan frame) {
  auto packet = parse(frame);
  if (!packet) return;
  if (is_code(*packet, ppp::Code::configure_request)) asked_.reset();
  if (is_answer(*packet)) asked_ = packet->protocol;
}

// A refusal counts only as the verdict on an answer. An acceptance always ends an earlier refusal.
void AuthSnoop::from_server(ByteSpan frame) {
  if (!asked_ && !refused_) return;
  auto packet = parse(frame);
  if (!packet) return;
  if (is_code(*packet, ppp::Code::configure_request)) asked_.reset();
  if (asked_ && is_code(*packet, ppp::Code::terminate_request) &&
      terminates_for_refusal(packet->data))
    judge(true);
  if (packet->protocol == Protocol::lcp) return;
  auto refused = verdict(*packet);
  if (refused && (!*refused || asked_ == packet->protocol)) judge(*refused);
}

void AuthSnoop::judge(bool refused) {
  asked_.reset();
  refused_ = refused;
}

std::optional<bool> AuthSnoop::take_news() {
  if (refused_ == told_) return std::nullopt;
  return told_ = refused_;
}

}  // namespace callgate
