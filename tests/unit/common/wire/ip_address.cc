// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses as values, and their way to and from the socket interface.
#include "common/wire/ip_address.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

TEST_CASE("addresses are parsed and shown, without asking any resolver") {
  for (const char* text : {"192.0.2.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::"}) {
    auto address = IpAddress::parse(text);
    REQUIRE(address.has_value());
    CHECK(address->text() == text);
  }
  CHECK(IpAddress::parse("192.0.2.1")->family == IpFamily::v4);
  CHECK(IpAddress::parse("::1")->family == IpFamily::v6);
}

TEST_CASE("what is no address is not parsed") {
  for (const char* text : {"", "localhost", "192.0.2", "192.0.2.256", "192.0.2.1 ", "0x7f.1", "::g",
                           "192.0.2.1:1723", "[::1]"})
    CHECK_FALSE(IpAddress::parse(text).has_value());
}

TEST_CASE("an IPv6 text that begins like an IPv4 one leaves nothing of it behind") {
  auto address = IpAddress::parse("::ffff:192.0.2.1");
  REQUIRE(address.has_value());
  CHECK(dump(address->span()) == "00 00 00 00 00 00 00 00 00 00 FF FF C0 00 02 01");
}

TEST_CASE("an address comes back from its socket address, with scope and port in place") {
  auto v4 = *IpAddress::parse("192.0.2.1");
  SocketAddress four(v4, 1723);
  CHECK(four.length == sizeof(sockaddr_in));
  CHECK(four.address() == v4);
  CHECK(dump({reinterpret_cast<const uint8_t*>(four.get()) + 2, 6}) == "06 BB C0 00 02 01");

  auto v6 = *IpAddress::parse("fe80::1");
  v6.scope_id = 3;
  SocketAddress six(v6, 1723);
  CHECK(six.length == sizeof(sockaddr_in6));
  CHECK(six.address() == v6);
}

TEST_CASE("a socket address of another family is no address") {
  sockaddr local{};
  local.sa_family = AF_UNIX;
  CHECK_FALSE(IpAddress::from(&local).has_value());
}

TEST_CASE("no address is false, says none, and differs from any") {
  CHECK_FALSE(IpAddress{});
  CHECK(IpAddress{}.text() == "none");
  CHECK(IpAddress::any(IpFamily::v4));
  CHECK(IpAddress::any(IpFamily::v4).text() == "0.0.0.0");
  CHECK(IpAddress::any(IpFamily::v4) != IpAddress::any(IpFamily::v6));
  CHECK(IpAddress{} != IpAddress::any(IpFamily::v4));
}

TEST_CASE("an address knows its size and its family for the kernel") {
  CHECK(IpAddress::parse("192.0.2.1")->span().size() == 4);
  CHECK(IpAddress::parse("192.0.2.1")->af() == AF_INET);
  CHECK(IpAddress::parse("::1")->span().size() == 16);
  CHECK(IpAddress::parse("::1")->af() == AF_INET6);
}
