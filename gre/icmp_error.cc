// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/icmp_error.hh"

#include <netinet/icmp6.h>

#include <cerrno>

namespace callgate {
namespace {

constexpr size_t kIpv6HeaderSize = 40;  // bytes
constexpr uint32_t kLeastMtu = 1280;    // RFC 8200 section 5
// Codes of "destination unreachable" that netinet/icmp6.h does not have.
constexpr uint8_t kPolicyFailed = 5, kRejectRoute = 6;

int unreachable(uint8_t code) {
  switch (code) {
    case ICMP6_DST_UNREACH_ADMIN:
    case kPolicyFailed:
    case kRejectRoute: return EHOSTUNREACH;
    case ICMP6_DST_UNREACH_NOPORT: return ECONNREFUSED;
    default: return 0;
  }
}

}  // namespace

int error_number(const IcmpError& error, CallId peer_call_id) {
  auto ours = parse_gre_beginning(ByteSpan(error.quoted).first(error.quoted_size));
  if (!ours || ours->call_id != peer_call_id) return 0;
  switch (error.type) {
    case ICMP6_PACKET_TOO_BIG:
      return error.mtu >= kLeastMtu && error.mtu < kIpv6HeaderSize + ours->size ? EMSGSIZE : 0;
    case ICMP6_DST_UNREACH: return unreachable(error.code);
    case ICMP6_PARAM_PROB: return error.code == ICMP6_PARAMPROB_NEXTHEADER ? ENOPROTOOPT : EPROTO;
    default: return 0;
  }
}

}  // namespace callgate
