// SPDX-License-Identifier: GPL-2.0-or-later
// Which control characters are escaped towards pppd while LCP negotiates (RFC 1662 section 7.1).
#include "gre/lcp_snoop.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

constexpr uint8_t kRequest = 1, kAck = 2, kNak = 3, kReject = 4, kTermRequest = 5, kTermAck = 6;
const Bytes kData = hex("00 21 45 00");  // IPv4

Bytes lcp(uint8_t code, uint8_t identifier, const Bytes& options) {
  Bytes frame = hex("FF 03 C0 21");
  Writer writer(frame);
  writer(code, identifier, static_cast<uint16_t>(4 + options.size()));
  return frame + options;
}

Bytes asyncmap(uint32_t map) {
  Bytes option = hex("02 06");
  Writer(option).put(map);
  return option;
}

const Bytes kMru = hex("01 04 05 DC");
const Bytes kMagic = hex("05 06 12 34 56 78");

// pppd asks for `pppds` and the server for `servers`, and each acknowledges the other's request.
void negotiate(LcpSnoop& snoop, uint8_t identifier, const Bytes& pppds, const Bytes& servers) {
  snoop.from_pppd(lcp(kRequest, identifier, pppds));
  snoop.from_server(lcp(kRequest, identifier, servers));
  snoop.from_pppd(lcp(kAck, identifier, servers));
  snoop.from_server(lcp(kAck, identifier, pppds));
}

}  // namespace

TEST_CASE("before LCP has agreed, every control character is escaped") {
  LcpSnoop snoop;
  CHECK(snoop.map_for(kData) == kDefaultAccm);
  CHECK_FALSE(snoop.take_news());
}

TEST_CASE("the map that pppd asked for, and the server acknowledged, is used towards pppd") {
  LcpSnoop snoop;
  negotiate(snoop, 1, kMru + asyncmap(0) + kMagic, asyncmap(0x000A0000));
  CHECK(snoop.map_for(kData) == 0);
}

TEST_CASE("both maps are reported once, when both are agreed") {
  LcpSnoop snoop;
  negotiate(snoop, 1, asyncmap(0x0000000F), asyncmap(0x000A0000));
  CHECK(snoop.take_news() == AgreedMaps{.pppd = 0x0F, .server = 0x000A0000});
  CHECK_FALSE(snoop.take_news());
}

TEST_CASE("one direction alone changes nothing") {
  LcpSnoop snoop;
  snoop.from_pppd(lcp(kRequest, 1, asyncmap(0)));
  snoop.from_server(lcp(kAck, 1, asyncmap(0)));
  CHECK(snoop.map_for(kData) == kDefaultAccm);
  CHECK_FALSE(snoop.take_news());
}

TEST_CASE("LCP itself is always sent with the default map") {
  LcpSnoop snoop;
  negotiate(snoop, 1, asyncmap(0), asyncmap(0));
  CHECK(snoop.map_for(lcp(9, 2, kMagic)) == kDefaultAccm);
  CHECK(snoop.map_for(hex("C0 21 09 02 00 04")) == kDefaultAccm);
}

TEST_CASE("a request without the option means the default map") {
  LcpSnoop snoop;
  negotiate(snoop, 1, kMagic, kMru);
  CHECK(snoop.map_for(kData) == kDefaultAccm);
  CHECK(snoop.take_news() == AgreedMaps{});
}

TEST_CASE("address and control field may be left out, and padding follow") {
  LcpSnoop snoop;
  snoop.from_pppd(hex("C0 21 01 01 00 0A 02 06 00 00 00 00"));
  snoop.from_server(hex("C0 21 02 01 00 0A 02 06 00 00 00 00 00 00 00"));
  snoop.from_server(hex("FF 03 C0 21 01 05 00 04"));
  snoop.from_pppd(hex("FF 03 C0 21 02 05 00 04"));
  CHECK(snoop.map_for(kData) == 0);
}

TEST_CASE("an Ack that does not match the last request is ignored") {
  LcpSnoop snoop;
  snoop.from_server(lcp(kRequest, 1, asyncmap(0)));
  snoop.from_pppd(lcp(kAck, 1, asyncmap(0)));
  snoop.from_pppd(lcp(kRequest, 2, asyncmap(0xFF)));
  SECTION("other identifier") {
    snoop.from_server(lcp(kAck, 1, asyncmap(0xFF)));
  }
  SECTION("other map") {
    snoop.from_server(lcp(kAck, 2, asyncmap(0)));
  }
  SECTION("more options") {
    snoop.from_server(lcp(kAck, 2, asyncmap(0xFF) + kMagic));
  }
  SECTION("Nak") {
    snoop.from_server(lcp(kNak, 2, asyncmap(0xFF)));
  }
  SECTION("Reject") {
    snoop.from_server(lcp(kReject, 2, asyncmap(0xFF)));
  }
  SECTION("from pppd itself") {
    snoop.from_pppd(lcp(kAck, 2, asyncmap(0xFF)));
  }
  CHECK(snoop.map_for(kData) == kDefaultAccm);
  CHECK_FALSE(snoop.take_news());
}

TEST_CASE("an Ack counts once: repeated without a request it changes nothing") {
  LcpSnoop snoop;
  negotiate(snoop, 1, asyncmap(0), asyncmap(0));
  snoop.take_news();
  snoop.from_server(lcp(kAck, 1, asyncmap(0)));
  CHECK_FALSE(snoop.take_news());
  CHECK(snoop.map_for(kData) == 0);
}

TEST_CASE("when LCP begins again everything is escaped again, until it has agreed") {
  LcpSnoop snoop;
  negotiate(snoop, 1, asyncmap(0), asyncmap(0));
  snoop.take_news();
  SECTION("request from pppd") {
    snoop.from_pppd(lcp(kRequest, 2, asyncmap(0)));
  }
  SECTION("request from the server") {
    snoop.from_server(lcp(kRequest, 2, asyncmap(0)));
  }
  SECTION("termination by pppd") {
    snoop.from_pppd(lcp(kTermRequest, 2, {}));
  }
  SECTION("termination by the server") {
    snoop.from_server(lcp(kTermRequest, 2, {}));
  }
  SECTION("its acknowledgement") {
    snoop.from_server(lcp(kTermAck, 2, {}));
  }
  CHECK(snoop.map_for(kData) == kDefaultAccm);
  negotiate(snoop, 3, asyncmap(0xF0), asyncmap(0));
  CHECK(snoop.map_for(kData) == 0xF0);
  CHECK(snoop.take_news() == AgreedMaps{.pppd = 0xF0, .server = 0});
}

TEST_CASE("a server that repeats its request because our Ack was lost is acknowledged again") {
  LcpSnoop snoop;
  snoop.from_pppd(lcp(kRequest, 1, asyncmap(0)));
  snoop.from_server(lcp(kAck, 1, asyncmap(0)));
  for (uint8_t identifier : {uint8_t{1}, uint8_t{2}}) {
    snoop.from_server(lcp(kRequest, identifier, asyncmap(0)));
    CHECK(snoop.map_for(kData) == kDefaultAccm);
  }
  snoop.from_pppd(lcp(kAck, 2, asyncmap(0)));
  CHECK(snoop.map_for(kData) == 0);
}

TEST_CASE("only an Ack that repeats pppd's magic number proves that it comes from the server") {
  LcpSnoop snoop;
  Bytes options = kMru + kMagic;
  CHECK_FALSE(snoop.proves(lcp(kAck, 1, options)));
  snoop.from_pppd(lcp(kRequest, 1, options));
  CHECK(snoop.proves(lcp(kAck, 1, options)));
  CHECK_FALSE(snoop.proves(lcp(kAck, 2, options)));
  CHECK_FALSE(snoop.proves(lcp(kNak, 1, options)));
  CHECK_FALSE(snoop.proves(lcp(kReject, 1, options)));
  CHECK_FALSE(snoop.proves(lcp(kRequest, 1, options)));
  CHECK_FALSE(snoop.proves(lcp(kAck, 1, kMru + hex("05 06 12 34 56 79"))));
  CHECK_FALSE(snoop.proves(kData));
}

TEST_CASE("a request without a magic number, or with the number 0, can be repeated by anyone") {
  for (const Bytes& options : {kMru, kMru + hex("05 06 00 00 00 00"), hex("05 05 12 34 56")}) {
    LcpSnoop snoop;
    snoop.from_pppd(lcp(kRequest, 1, kMagic));
    snoop.from_pppd(lcp(kRequest, 2, options));
    CHECK_FALSE(snoop.proves(lcp(kAck, 2, options)));
    CHECK_FALSE(snoop.proves(lcp(kAck, 1, kMagic)));
  }
}

TEST_CASE("a forged termination does not take away the server's proof") {
  LcpSnoop snoop;
  snoop.from_pppd(lcp(kRequest, 1, kMagic));
  snoop.from_server(lcp(kTermRequest, 1, {}));
  CHECK(snoop.proves(lcp(kAck, 1, kMagic)));
}

TEST_CASE("options that do not fit together agree on nothing") {
  for (const Bytes& options :
       {hex("02"), hex("02 01"), hex("02 00 00 00 00 00"), hex("02 05 00 00 00"),
        hex("02 07 00 00 00 00 00"), hex("02 06 00 00")}) {
    LcpSnoop snoop;
    negotiate(snoop, 1, options, asyncmap(0));
    CHECK(snoop.map_for(kData) == kDefaultAccm);
    CHECK_FALSE(snoop.take_news());
  }
}

TEST_CASE("a frame cut at any byte is ignored") {
  Bytes request = lcp(kRequest, 1, asyncmap(0)), ack = lcp(kAck, 1, asyncmap(0));
  for (size_t size = 0; size < ack.size(); size++) {
    LcpSnoop snoop;
    snoop.from_server(request);
    snoop.from_pppd(ack);
    snoop.from_pppd(request);
    snoop.from_server(ByteSpan(ack).first(size));
    CHECK(snoop.map_for(kData) == kDefaultAccm);
  }
}

TEST_CASE("a packet length that is too short for a header, or beyond the frame, is ignored") {
  for (const char* length : {"00 00", "00 03", "00 0B", "FF FF"}) {
    LcpSnoop snoop;
    snoop.from_server(lcp(kRequest, 1, asyncmap(0)));
    snoop.from_pppd(lcp(kAck, 1, asyncmap(0)));
    snoop.from_pppd(lcp(kRequest, 1, asyncmap(0)));
    snoop.from_server(hex("FF 03 C0 21 02 01") + hex(length) + asyncmap(0));
    CHECK(snoop.map_for(kData) == kDefaultAccm);
  }
}

TEST_CASE("what only looks like LCP is not") {
  LcpSnoop snoop;
  snoop.from_server(lcp(kRequest, 1, asyncmap(0)));
  snoop.from_pppd(lcp(kAck, 1, asyncmap(0)));
  snoop.from_pppd(lcp(kRequest, 1, asyncmap(0)));
  Bytes ipcp = lcp(kAck, 1, asyncmap(0));
  ipcp[2] = 0x80;
  snoop.from_server(ipcp);
  CHECK(snoop.map_for(kData) == kDefaultAccm);
}

TEST_CASE("a Terminate-Request from pppd means that pppd ends, until it begins anew") {
  LcpSnoop snoop;
  negotiate(snoop, 1, kMru, kMru);
  CHECK_FALSE(snoop.pppd_ends());
  snoop.from_server(lcp(kTermRequest, 2, {}));
  snoop.from_pppd(lcp(kTermAck, 2, {}));
  CHECK_FALSE(snoop.pppd_ends());
  snoop.from_pppd(lcp(kTermRequest, 3, {}));
  CHECK(snoop.pppd_ends());
  snoop.from_server(lcp(kTermAck, 3, {}));
  CHECK(snoop.pppd_ends());
  snoop.from_server(lcp(kRequest, 4, kMru));
  CHECK(snoop.pppd_ends());
  snoop.from_pppd(lcp(kRequest, 4, kMru));
  CHECK_FALSE(snoop.pppd_ends());
}
