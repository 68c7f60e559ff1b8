// SPDX-License-Identifier: GPL-2.0-or-later
// What an ICMPv6 message about one of our packets means, and which messages are ignored.
#include "gre/icmp_error.hh"

#include <cerrno>

#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

constexpr CallId kPeerCall{0x1234};
constexpr uint8_t kUnreachable = 1, kTooBig = 2, kTimeExceeded = 3, kParameterProblem = 4;
constexpr uint32_t kPacket = 40 + 16 + 1400;  // IPv6, GRE with both numbers, a frame

IcmpError about(const Bytes& packet, uint8_t type, uint8_t code = 0, uint32_t mtu = 0) {
  IcmpError error{.type = type, .code = code, .mtu = mtu};
  error.quoted_size = std::min(packet.size(), error.quoted.size());
  std::copy_n(packet.begin(), error.quoted_size, error.quoted.begin());
  return error;
}

const Bytes kOurs = hex("30 81")          // K, S, A, version 1
                    + hex("88 0B")        // PPP
                    + hex("05 78 12 34")  // 1400, call ID
                    + hex("00 00 00 07");

int meaning(uint8_t type, uint8_t code = 0, uint32_t mtu = 0) {
  return error_number(about(kOurs, type, code, mtu), kPeerCall);
}

}  // namespace

TEST_CASE("ICMPv6 errors are what an IPv4 socket calls their like") {
  CHECK(meaning(kTooBig, 0, 1300) == EMSGSIZE);
  CHECK(meaning(kUnreachable, 1) == EHOSTUNREACH);  // administratively prohibited
  CHECK(meaning(kUnreachable, 4) == ECONNREFUSED);  // port
  CHECK(meaning(kUnreachable, 5) == EHOSTUNREACH);  // policy
  CHECK(meaning(kUnreachable, 6) == EHOSTUNREACH);  // reject route
  CHECK(meaning(kParameterProblem, 1) == ENOPROTOOPT);
  CHECK(meaning(kParameterProblem, 0) == EPROTO);
}

TEST_CASE("what may pass by itself is not said, nor what nobody has defined") {
  for (uint8_t code : hex("00 02 03 07 FF")) CHECK(meaning(kUnreachable, code) == 0);
  for (uint8_t code : hex("00 01")) CHECK(meaning(kTimeExceeded, code) == 0);
  for (uint8_t type : hex("00 05 64 7F 80 89 FF")) CHECK(meaning(type) == 0);
}

TEST_CASE("an MTU is believed from IPv6's least to less than the packet had (RFC 8201)") {
  for (uint32_t mtu : {0u, 1u, 68u, 1279u, kPacket, 1500u, 65535u, 0x80000000u, 0xFFFFFFFFu})
    CHECK(meaning(kTooBig, 0, mtu) == 0);
  for (uint32_t mtu : {1280u, 1300u, kPacket - 1}) CHECK(meaning(kTooBig, 0, mtu) == EMSGSIZE);
}

TEST_CASE("a message about a packet that is not the call's means nothing") {
  for (const char* other : {"30 81 88 0B 05 78 12 35",    // another call
                            "30 81 08 00 05 78 12 34",    // another protocol in GRE
                            "30 80 88 0B 05 78 12 34",    // GRE of another version
                            "B0 81 88 0B 05 78 12 34",    // with a checksum
                            "30 81 88 0B 05 78 12", ""})  // less than RFC 4443 requires to quote
    for (uint8_t type : {kUnreachable, kTooBig, kParameterProblem})
      CHECK(error_number(about(hex(other), type, 1, 1300), kPeerCall) == 0);
}

TEST_CASE("the size of a quoted packet counts the numbers that its header has") {
  auto believed = [](const char* packet, uint32_t mtu) {
    return error_number(about(hex(packet), kTooBig, 0, mtu), kPeerCall) == EMSGSIZE;
  };
  CHECK(believed("30 01 88 0B 05 78 12 34", 40 + 12 + 1400 - 1));
  CHECK_FALSE(believed("30 01 88 0B 05 78 12 34", 40 + 12 + 1400));
  CHECK_FALSE(believed("20 81 88 0B 00 00 12 34", 1280));  // an acknowledgement fits into any MTU
}
