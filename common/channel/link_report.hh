// SPDX-License-Identifier: GPL-2.0-or-later
// What a pptp-gre that speaks PPP itself reports to the tunnel process, which sets addresses,
// routes and name servers: records of one fixed size on a SOCK_SEQPACKET socket. The gateway parses
// what the server sends, so the tunnel process believes a record only after it has checked each
// field.
#pragma once

#include <array>
#include <optional>

#include "common/wire/bytes.hh"

namespace callgate {

struct LinkReport {
  enum class Kind : uint8_t {
    authenticated,  // the server has accepted name and password, or did not ask for them
    ipv4_up,        // local, remote, dns, wins, mtu
    ipv4_down,
    ipv6_up,  // local_interface, remote_interface, mtu
    ipv6_down,
    mtu,    // mtu: the path has become narrower or wider
    ended,  // the last record: end, sent, received
  };
  // Why the link ended, in the classes of pppd's exit statuses (pppd(8), "EXIT STATUS").
  enum class End : uint8_t {
    closed,              // on our request
    server_closed,       // the server terminated the link
    no_agreement,        // the negotiation failed
    not_authenticated,   // the server refused name or password
    server_not_trusted,  // the server could not prove that it knows the password
    no_encryption,       // MPPE is required, and there is none
    server_silent,       // Echo-Requests were not answered
    looped,              // what we send comes back to us
    call_ended,          // the call ended under the link; the gateway's log says why
  };

  Kind kind = Kind::ended;
  End end = End::closed;
  uint32_t local = 0, remote = 0;  // addresses, host order; remote 0: the server has told none
  std::array<uint32_t, 2> dns{}, wins{};               // host order, 0 = none
  uint64_t local_interface = 0, remote_interface = 0;  // IPV6CP's identifiers
  uint16_t mtu = 0;                                    // bytes
  uint64_t sent = 0, received = 0;                     // bytes of IP packets so far
  uint32_t server = 0;  // the address of the call's server if it is IPv4, host order

  static void fields(auto& m, auto& codec) {
    codec(m.kind, m.end, m.local, m.remote, m.dns, m.wins, m.local_interface, m.remote_interface,
          m.mtu, m.sent, m.received, m.server);
  }
  bool operator==(const LinkReport&) const = default;
};

Bytes encode(const LinkReport& report);
// Returns nullopt if the size is wrong, or a field has no meaning.
std::optional<LinkReport> parse_link_report(ByteSpan record);

}  // namespace callgate
