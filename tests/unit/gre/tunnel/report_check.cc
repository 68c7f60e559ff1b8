// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/report_check.hh"

#include "tests/unit/catch.hh"

namespace callgate {
namespace {

using Kind = LinkReport::Kind;
constexpr uint32_t kServer = 0xc0000201, kHost = 0x0a000002;

LinkReport up(uint32_t local, uint32_t remote = 0) {
  return {.kind = Kind::ipv4_up, .local = local, .remote = remote, .mtu = 1400, .server = kServer};
}

}  // namespace

TEST_CASE("an address that no host can have is refused") {
  CHECK(!trouble(up(kHost)));
  CHECK(!trouble(up(kHost, 0x0a000001)));
  CHECK(!trouble(up(kHost, kServer)));  // the public address of the server, as many servers do
  for (uint32_t address : {0u, 1u, 0x7f000001u, 0xe0000001u, 0xf0000001u, 0xffffffffu, kServer}) {
    CAPTURE(address);
    CHECK(trouble(up(address)));
    if (address != 0 && address != kServer) CHECK(trouble(up(kHost, address)));
  }
}

TEST_CASE("IPv6 needs two different identifiers") {
  LinkReport report{.kind = Kind::ipv6_up, .local_interface = 1, .remote_interface = 2};
  CHECK(!trouble(report));
  report.remote_interface = 1;
  CHECK(trouble(report));
  report = {.kind = Kind::ipv6_up, .remote_interface = 2};
  CHECK(trouble(report));
}

TEST_CASE("an MTU is kept within the limits of the kernel and of the options") {
  auto mtu = [](uint16_t value, Kind kind = Kind::ipv4_up) {
    return cleaned({.kind = kind, .mtu = value}, 1450).mtu;
  };
  CHECK(mtu(1400) == 1400);
  CHECK(mtu(0) == 68);
  CHECK(mtu(65'535) == 1450);
  CHECK(mtu(0, Kind::ipv6_up) == 1280);
}

TEST_CASE("a name server that is no host is left out") {
  auto report = up(kHost);
  report.dns = {0x7f000001, 0x08080808};
  CHECK(cleaned(report, 1500).dns == std::array<uint32_t, 2>{0, 0x08080808});
}

}  // namespace callgate
