// SPDX-License-Identifier: GPL-2.0-or-later
// Which packets the socket filter accepts. The kernel itself runs it, on a pair of datagram
// sockets: there a filter sees a message from its first byte on, as the filter of a raw socket sees
// the IP header (IPv4) or the GRE header (IPv6).
#include "gre/socket_filter.hh"

#include <sys/socket.h>

#include "common/system/os_error.hh"
#include "common/system/unique_fd.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

class FilteredPair {
 public:
  explicit FilteredPair(const FilterProgram& program) {
    int fds[2];
    check(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fds), "make a socket pair");
    in_.reset(fds[0]);
    out_.reset(fds[1]);
    attach_filter(out(), program);
  }

  bool passes(const Bytes& packet) {
    (void)send(in_.get(), packet.data(), packet.size(), 0);
    std::array<uint8_t, 256> buffer;
    ssize_t size = recv(out(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size >= 0) CHECK(Bytes(buffer.begin(), buffer.begin() + size) == packet);
    return size >= 0;
  }

  int out() const { return out_.get(); }

 private:
  UniqueFd in_, out_;
};

const IpAddress kServer = *IpAddress::parse("192.0.2.1");
constexpr CallId kCall{0x1234};

Bytes ipv4(const char* source, const char* options = "") {
  Bytes tail = hex(options);
  Bytes packet{static_cast<uint8_t>(0x45 + tail.size() / 4)};
  return packet + hex("00 00 28 00 00 40 00 40 2F 00 00") + hex(source) + hex("C0 00 02 63") + tail;
}

const char* const kFromServer = "C0 00 02 01";
const Bytes kGre = hex("30 01")          // K, S, version 1
                   + hex("88 0B")        // PPP
                   + hex("00 04 12 34")  // payload length, call ID
                   + hex("00 00 00 00 FF 03 C0 21");

}  // namespace

TEST_CASE("the filter passes a packet of the call, from the server") {
  FilteredPair pair(accept_call(kCall, kServer));
  CHECK(pair.passes(ipv4(kFromServer) + kGre));
  CHECK(pair.passes(ipv4(kFromServer, "94 04 00 00") + kGre));  // with an IP option
}

TEST_CASE("the filter leaves faults within a packet of the call to the parser, which counts them") {
  FilteredPair pair(accept_call(kCall, kServer));
  for (const char* flags : {"B0 01", "70 01", "38 01", "33 01", "30 11", "20 81"})
    CHECK(pair.passes(ipv4(kFromServer) + hex(flags) + hex("88 0B 00 04 12 34")));
}

TEST_CASE("the filter rejects what is not of the call") {
  FilteredPair pair(accept_call(kCall, kServer));
  auto with = [](const char* flags, const char* protocol, const char* key) {
    return ipv4(kFromServer) + hex(flags) + hex(protocol) + hex(key) + hex("00 00 00 00");
  };
  CHECK(pair.passes(with("30 01", "88 0B", "00 04 12 34")));
  CHECK_FALSE(pair.passes(with("30 01", "88 0B", "00 04 12 35")));  // call ID
  CHECK_FALSE(pair.passes(with("30 01", "88 0B", "12 34 00 04")));  // in the wrong half
  CHECK_FALSE(pair.passes(with("30 01", "08 00", "00 04 12 34")));  // plain IP in GRE
  CHECK_FALSE(pair.passes(with("30 00", "88 0B", "00 04 12 34")));  // version 0
  CHECK_FALSE(pair.passes(with("10 01", "88 0B", "00 04 12 34")));  // no key
  CHECK_FALSE(pair.passes(ipv4("C0 00 02 02") + kGre));             // source
}

TEST_CASE("the filter rejects a packet that ends before its call ID") {
  FilteredPair pair(accept_call(kCall, kServer));
  Bytes packet = ipv4(kFromServer) + kGre;
  for (size_t size = 1; size < 28; size++)
    CHECK_FALSE(pair.passes(Bytes(packet.begin(), packet.begin() + static_cast<long>(size))));
}

TEST_CASE("over IPv6 the filter sees the GRE header first") {
  FilteredPair pair(accept_call(kCall, *IpAddress::parse("2001:db8::1")));
  CHECK(pair.passes(kGre));
  CHECK_FALSE(pair.passes(hex("30 01 88 0B 00 04 12 35 00 00 00 00")));
  CHECK_FALSE(pair.passes(ipv4(kFromServer) + kGre));
}

TEST_CASE("before there is a call every packet is dropped") {
  FilteredPair pair(drop_everything());
  CHECK_FALSE(pair.passes(ipv4(kFromServer) + kGre));
}

TEST_CASE("a locked filter can neither be replaced nor removed") {
  FilteredPair pair(drop_everything());
  attach_filter(pair.out(), accept_call(kCall, kServer));
  lock_filter(pair.out());
  CHECK_THROWS_AS(attach_filter(pair.out(), drop_everything()), OsError);
  int nothing = 0;
  CHECK(setsockopt(pair.out(), SOL_SOCKET, SO_DETACH_FILTER, &nothing, sizeof nothing) < 0);
  CHECK(setsockopt(pair.out(), SOL_SOCKET, SO_LOCK_FILTER, &nothing, sizeof nothing) < 0);
  CHECK(pair.passes(ipv4(kFromServer) + kGre));
}
