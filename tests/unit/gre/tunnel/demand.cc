// SPDX-License-Identifier: GPL-2.0-or-later
// pppd's demand, with the kernel's real interface and a scripted gateway.
#include <sys/socket.h>
#include <unistd.h>

#include "gre/tunnel/hooks.hh"
#include "gre/tunnel/tunnel.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"
#include "tests/unit/gre/tunnel/scripted.hh"

namespace callgate {

using namespace test;
using End = LinkReport::End;

namespace {

constexpr size_t kVirtioHeader = 10;  // bytes, before each packet of the interface

TunnelOptions on_demand() {
  auto wanted = options();
  wanted.demand = wanted.persist = true;
  wanted.linkname = "work";
  wanted.holdoff = 0;
  return wanted;
}

// Runs `script` beside the tunnel process, which gets SIGTERM afterwards. Returns its exit status.
int run_beside(const TunnelOptions& options, const std::function<void()>& script,
               const std::function<void()>& dial) {
  pid_t tunnel = getpid();
  if (fork() == 0) {
    wait_until([] { return contents("/run/log").find("remote IP address") != std::string::npos; });
    script();
    kill(tunnel, SIGTERM);
    _exit(0);
  }
  return run_tunnel(options, dial);
}

void ping(const std::string& address) {
  output_of("ping -c 1 -W 1 " + address);
}

bool dialled(int times) {
  return contents("/run/attempts").size() >= static_cast<size_t>(times);
}

}  // namespace

TEST_CASE("with demand, the interface has addresses and routes before there is a call") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    auto wanted = on_demand();
    wanted.default_route = true;
    wanted.link.local = 0x0a630002;
    wanted.link.remote = 0x0a630001;
    write_script("/etc/ppp/ip-pre-up", "echo \"pre-up $4 $5\" >>/run/scripts");
    write_script("/etc/ppp/ip-up", "echo up >>/run/scripts");
    int status = run_beside(
        wanted,
        [] {
          say(output_of("ip -o address show dev ppp0; ip route"));
          say(contents("/run/ppp-work.pid") == std::to_string(getppid()) + "\nppp0\n" ? "good pid"
                                                                                      : "");
        },
        [] { output_of("echo >>/run/attempts"); });
    say("scripts:" + contents("/run/scripts") + "attempts:" + contents("/run/attempts") + ".");
    say("left:" + output_of("ls /run/*.pid 2>/dev/null; ip link show ppp0 2>/dev/null"));
    return status;
  });
  CAPTURE(result.output);
  CHECK(result.status == 5);
  CHECK_THAT(result.output, contains("inet 10.99.0.2 peer 10.99.0.1/32"));
  CHECK_THAT(result.output, contains("default dev ppp0 proto 48"));
  CHECK_THAT(result.output, contains("10.99.0.1 dev ppp0 proto kernel"));
  CHECK_THAT(result.output, contains("good pid"));
  CHECK_THAT(result.output, contains("scripts:pre-up 10.99.0.2 10.99.0.1\nattempts:."));
  CHECK_THAT(result.output, contains("left:\n"));
}

TEST_CASE("the first packet dials, the gateway gets it, and an idle link waits for the next one") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    auto wanted = on_demand();
    wanted.idle = 1;
    write_script("/etc/ppp/ip-up", "echo \"up $4 $5 $OLDIPLOCAL $OLDIPREMOTE\" >>/run/scripts");
    write_script("/etc/ppp/ip-down", "echo down >>/run/scripts");
    int status = run_beside(
        wanted,
        [] {
          for (int call = 1; call <= 2; call++) {
            ping("10.112.112.112");
            wait_until([&] { return dialled(call); });
            wait_until([&] {
              auto text = contents("/run/scripts");
              size_t downs = 0;
              for (size_t at = 0; (at = text.find("down", at)) != text.npos; at++) downs++;
              return downs >= static_cast<size_t>(call);
            });
            say("between:" + output_of("ip -o address show dev ppp0"));
            output_of("ip route replace 10.112.112.112 dev ppp0");
          }
        },
        [] {
          output_of("echo >>/run/attempts");
          uint8_t packet[200];
          auto size = recv(kGatewayLink, packet, sizeof packet, 0);
          say("first:" + std::to_string(size) + " " + std::to_string(packet[kVirtioHeader + 9]));
          report(ipv4_up());
          serve_until_told();
        });
    say("scripts:" + contents("/run/scripts") + ".");
    say(contents("/run/log"));
    return status;
  });
  CAPTURE(result.output);
  CHECK(result.status == 5);
  CHECK_THAT(result.output, contains("first:94 1\n"));  // an Echo-Request of ICMP
  CHECK_THAT(result.output, contains("scripts:up 10.99.0.2 10.99.0.1 10.64.64.64 10.112.112.112\n"
                                     "down\nup 10.99.0.2 10.99.0.1  \ndown\n."));
  CHECK_THAT(result.output, contains("between:"));
  CHECK_THAT(result.output, contains("inet 10.99.0.2 peer 10.99.0.1/32"));
  CHECK_THAT(result.output, contains("Local IP address changed to 10.99.0.2"));
  CHECK_THAT(result.output, contains("Terminating connection due to lack of activity."));
}

TEST_CASE("a route through the interface outlives the addresses that the server changes") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    auto wanted = on_demand();
    wanted.default_route = true;
    write_script("/etc/ppp/ip-up", "echo up >>/run/scripts");
    return run_beside(
        wanted,
        [] {
          output_of("ip route add 10.1.0.0/16 dev ppp0");
          ping("10.1.0.1");
          wait_until([] { return !contents("/run/scripts").empty(); });
          say(output_of("ip route; ip -o address show dev ppp0"));
        },
        [] {
          report(ipv4_up());
          serve_until_told();
        });
  });
  CAPTURE(result.output);
  CHECK_THAT(result.output, contains("10.1.0.0/16 dev ppp0"));
  CHECK_THAT(result.output, contains("default dev ppp0 proto 48"));
  CHECK(result.output.find("10.64.64.64") == std::string::npos);
}

}  // namespace callgate
