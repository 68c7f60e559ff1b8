// SPDX-License-Identifier: GPL-2.0-or-later
// Control packets in pppd's notation: the lines are those that a real pppd has logged.
#include "gre/engine/packet_text.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/ppp/hex.hh"

using namespace callgate;
using ppp::Protocol;

namespace {

std::string sent(Protocol protocol, const Bytes& payload) {
  return packet_text(Way::sent, {protocol, payload});
}

Bytes bytes_of(std::string_view text, std::initializer_list<uint8_t> before) {
  Bytes out(before);
  out.insert(out.end(), text.begin(), text.end());
  return out;
}

}  // namespace

TEST_CASE("LCP's packets are in pppd's notation") {
  CHECK(sent(Protocol::lcp, from_hex("01 01 00 18 01 04 05 78 02 06 00 00 00 00 05 06 56 7d"
                                     " 4c 1a 07 02 08 02")) ==
        "sent [LCP ConfReq id=0x1 <mru 1400> <asyncmap 0x0> <magic 0x567d4c1a> <pcomp> <accomp>]");
  CHECK(packet_text(Way::received, {Protocol::lcp, from_hex("02 fa 00 09 03 05 c2 23 81")}) ==
        "rcvd [LCP ConfAck id=0xfa <auth chap MS-v2>]");
  CHECK(sent(Protocol::lcp, from_hex("03 02 00 08 03 04 c0 23")) ==
        "sent [LCP ConfNak id=0x2 <auth pap>]");
  CHECK(sent(Protocol::lcp, from_hex("04 02 00 0d 11 04 05 dc 03 05 c2 23 05")) ==
        "sent [LCP ConfRej id=0x2 < 11 04 05 dc> <auth chap MD5>]");
  CHECK(sent(Protocol::lcp, bytes_of("User request", {5, 2, 0, 16})) ==
        "sent [LCP TermReq id=0x2 \"User request\"]");
  CHECK(sent(Protocol::lcp, from_hex("05 03 00 0c 6b 8b 00 3c cd 74 02 b3")) ==
        "sent [LCP TermReq id=0x3 \"k\\213\\000<\\315t\\002\\263\"]");
  CHECK(sent(Protocol::lcp, from_hex("06 02 00 04")) == "sent [LCP TermAck id=0x2]");
  CHECK(sent(Protocol::lcp, from_hex("09 04 00 08 6b 8b 45 67")) ==
        "sent [LCP EchoReq id=0x4 magic=0x6b8b4567]");
  CHECK(sent(Protocol::lcp, from_hex("0a 04 00 08 00 00 00 00")) ==
        "sent [LCP EchoRep id=0x4 magic=0x0]");
  CHECK(sent(Protocol::lcp, from_hex("08 05 00 0a 80 fd 01 01 00 0a")) ==
        "sent [LCP ProtRej id=0x5 80 fd 01 01 00 0a]");
}

TEST_CASE("the packets of CCP, IPCP and IPV6CP are in pppd's notation") {
  CHECK(sent(Protocol::ccp, from_hex("01 01 00 0a 12 06 01 00 00 40")) ==
        "sent [CCP ConfReq id=0x1 <mppe +H -M +S -L -D -C>]");
  CHECK(sent(Protocol::ccp, from_hex("0e 01 00 04")) == "sent [CCP ResetReq id=0x1]");
  CHECK(sent(Protocol::ipcp, from_hex("01 01 00 16 03 06 00 00 00 00 81 06 00 00 00 00 83 06"
                                      " 0a 00 00 35")) ==
        "sent [IPCP ConfReq id=0x1 <addr 0.0.0.0> <ms-dns1 0.0.0.0> <ms-dns2 10.0.0.53>]");
  CHECK(sent(Protocol::ipcp, from_hex("04 01 00 0a 02 06 00 2d 0f 01")) ==
        "sent [IPCP ConfRej id=0x1 <compress VJ 0f 01>]");
  CHECK(sent(Protocol::ipv6cp, from_hex("01 01 00 0e 01 0a 3c 90 e7 0e 2b 49 50 15")) ==
        "sent [IPV6CP ConfReq id=0x1 <addr fe80::3c90:e70e:2b49:5015>]");
}

TEST_CASE("the packets of PAP and CHAP are in pppd's notation, and PAP's password is left out") {
  CHECK(sent(Protocol::pap, from_hex("01 01 00 10 05 61 6c 69 63 65 05 73 65 63 72 65")) ==
        "sent [PAP AuthReq id=0x1 user=\"alice\" password=<hidden>]");
  CHECK(sent(Protocol::pap, from_hex("02 01 00 07 02 6f 6b")) ==
        "sent [PAP AuthAck id=0x1 \"ok\"]");
  CHECK(sent(Protocol::chap, from_hex("01 fa 00 0c 03 87 6e a9 70 70 74 70")) ==
        "sent [CHAP Challenge id=0xfa <876ea9>, name = \"pptp\"]");
  CHECK(sent(Protocol::chap, bytes_of("OFFICE\\alice", {2, 1, 0, 18, 1, 0xB6})) ==
        "sent [CHAP Response id=0x1 <b6>, name = \"OFFICE\\\\alice\"]");
  CHECK(sent(Protocol::chap, bytes_of("E=691 R=1", {4, 1, 0, 13})) ==
        "sent [CHAP Failure id=0x1 \"E=691 R=1\"]");
}

TEST_CASE("whatever the server sends makes one printable line of bounded length") {
  for (auto protocol : {Protocol::lcp, Protocol::pap, Protocol::chap, Protocol::ipcp, Protocol::ccp,
                        Protocol{0x8281}}) {
    for (unsigned code = 0; code < 20; code++) {
      for (size_t size : {4u, 5u, 9u, 300u, 1500u}) {
        Bytes payload(size, 0xC1);
        payload[0] = static_cast<uint8_t>(code);
        payload[2] = static_cast<uint8_t>(size >> 8), payload[3] = static_cast<uint8_t>(size);
        auto text = packet_text(Way::received, {protocol, payload});
        CHECK(std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F; }));
        CHECK(text.size() < 7000);
      }
    }
  }
  CHECK(sent(Protocol{0x8281}, from_hex("01 01 00 04")) == "sent [proto=0x8281] 01 01 00 04");
  CHECK(sent(Protocol::lcp, from_hex("01 01 00")) == "sent [proto=0xc021] 01 01 00");
}
