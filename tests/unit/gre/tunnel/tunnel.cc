// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/tunnel.hh"

#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#include "gre/tunnel/hooks.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"
#include "tests/unit/gre/tunnel/scripted.hh"

namespace {
unsigned forks = 0, first_failure = ~0u;
}

// In place of the C library's: at the limit of processes the kernel refuses.
extern "C" pid_t fork() noexcept {
  static auto* real = reinterpret_cast<pid_t (*)()>(dlsym(RTLD_NEXT, "fork"));
  if (forks++ < first_failure) return real();
  errno = EAGAIN;
  return -1;
}

namespace callgate {

using namespace test;
using End = LinkReport::End;

namespace {

// Each script writes one line: its name, its arguments, and the variables that the test asks for.
void write_scripts(const std::string& variables) {
  for (auto name :
       {"ip-pre-up", "ip-up", "ip-down", "ipv6-up", "ipv6-down", "auth-up", "auth-down"})
    write_script(std::string("/etc/ppp/") + name,
                 "echo \"${0##*/} $*" + variables + "\" >>/run/scripts");
}

int refuse(End why, std::string& attempts, const TunnelOptions& options) {
  int status = run_tunnel(options, [&] {
    output_of("echo >>/run/attempts");
    end(why);
  });
  attempts = contents("/run/attempts");
  return status;
}

}  // namespace

TEST_CASE("a link gives the interface its address and MTU, and pppd's files, and takes them back") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    auto wanted = options();
    wanted.linkname = "work";
    int status = run_tunnel(wanted, [] {
      report(ipv4_up());
      wait_for_ipv4();
      say(output_of("ip -o address show dev ppp0; ip -o link show dev ppp0"));
      say("routes:" + output_of("ip route show dev ppp0") + ".");
      say(contents("/run/ppp-work.pid") == std::to_string(getppid()) + "\nppp0\n" ? "good pid"
                                                                                  : "");
      say(contents("/run/ppp0.pid") == std::to_string(getppid()) + "\n" ? "good ppp0.pid" : "");
      say(contents("/etc/ppp/resolv.conf"));
      end(End::server_closed);
    });
    say("left:" + output_of("ls /run/*.pid /etc/ppp/* 2>/dev/null; ip link show ppp0 2>/dev/null"));
    say(contents("/run/log"));
    return status;
  });
  CAPTURE(result.output);
  CHECK(result.status == 16);
  CHECK_THAT(result.output, contains("inet 10.99.0.2 peer 10.99.0.1/32"));
  CHECK_THAT(result.output, contains("mtu 1400"));
  CHECK_THAT(result.output, contains("link/ppp"));
  CHECK_THAT(result.output, contains("routes:."));
  CHECK_THAT(result.output, contains("good pid"));
  CHECK_THAT(result.output, contains("good ppp0.pid"));
  CHECK_THAT(result.output, contains("nameserver 10.99.0.53\nnameserver 10.99.0.54\n"));
  CHECK_THAT(result.output, contains("left:\n"));
  for (auto line : {"Using interface ppp0\n", "Connect: ppp0 <--> vpn.example.net\n",
                    "Connect time 0.", "Sent 1000 bytes, received 2000 bytes.\n", "Exit.\n"})
    CHECK_THAT(result.output, contains(line));
}

TEST_CASE(
    "an MTU that is measured in mid-call is set within the limits, and ignored without a link") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    auto wanted = options();
    wanted.link.mtu = 1450;
    int status = run_tunnel(wanted, [] {
      report({.kind = LinkReport::Kind::mtu, .mtu = 1111});
      report(ipv4_up());
      wait_for_ipv4();
      say("first:" + output_of("ip -o link show dev ppp0"));
      for (auto [mtu, set] : {std::pair{1200, "1200"}, {10, "68"}, {65'535, "1450"}}) {
        report({.kind = LinkReport::Kind::mtu, .mtu = static_cast<uint16_t>(mtu)});
        bool is_set = wait_until([&] {
          return output_of("ip -o link show dev ppp0").find(fmt::format(" mtu {} ", set)) !=
                 std::string::npos;
        });
        say(fmt::format("{} is set: {}", set, is_set));
      }
      end(End::server_closed);
    });
    say(contents("/run/log"));
    return status;
  });
  CAPTURE(result.output);
  CHECK_THAT(result.output, contains(" mtu 1400 "));
  for (auto set : {"1200", "68", "1450"})
    CHECK_THAT(result.output, contains(fmt::format("{} is set: true", set)));
}

TEST_CASE("scripts get pppd's arguments and environment") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    write_scripts(
        " $IFNAME $DEVICE $IPLOCAL $IPREMOTE $UNIT $CALL_FILE $LINKNAME $USEPEERDNS $DNS1 "
        "$DNS2 $SPEED $ORIG_UID $PPPLOGNAME $PPPD_PID $MINE ${BYTES_SENT-} "
        "${BYTES_RCVD-} ${CONNECT_TIME:+t} $LLLOCAL $HOME");
    auto wanted = options();
    wanted.call_file = wanted.linkname = "work";
    wanted.remotename = "server";
    wanted.ipparam = "param";
    wanted.environment = {{"MINE", "1"}};
    setenv("HOME", "/not-passed-on", 1);
    int status = run_tunnel(wanted, [] {
      report({.kind = LinkReport::Kind::authenticated});
      report(ipv4_up());
      report({.kind = LinkReport::Kind::ipv6_up,
              .local_interface = 2,
              .remote_interface = 1,
              .mtu = 1400});
      wait_until([] { return contents("/run/scripts").find("ipv6-up") != std::string::npos; });
      end(End::call_ended);
    });
    auto text = contents("/run/scripts"), pid = " " + std::to_string(getpid()) + " ";
    for (size_t at; (at = text.find(pid)) != text.npos;) text.replace(at, pid.size(), " PID ");
    say(text);
    return status;
  });
  CAPTURE(result.output);
  CHECK(result.status == 16);
  std::string common =
      "ppp0 work 10.99.0.2 10.99.0.1 0 work work 1 10.99.0.53 10.99.0.54 0 0 root PID 1 ";
  for (const auto& line :
       {"ip-pre-up ppp0 work 0 10.99.0.2 10.99.0.1 param " + common + "  ",
        "ip-up ppp0 work 0 10.99.0.2 10.99.0.1 param " + common + "  ",
        "ip-down ppp0 work 0 10.99.0.2 10.99.0.1 param " + common + "1000 2000 t",
        "ipv6-up ppp0 work 0 fe80::2 fe80::1 param " + common,
        "ipv6-down ppp0 work 0 fe80::2 fe80::1 param " + common,
        std::string("auth-up ppp0 server root work 0 "),
        std::string("auth-down ppp0 server root work 0 ")})
    CHECK_THAT(result.output, contains(line));
  CHECK_THAT(result.output, !contains("not-passed-on"));
}

TEST_CASE("ip-down waits for the end of ip-up") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    write_script("/etc/ppp/ip-up", "sleep 0.5; echo up ended >>/run/scripts");
    write_script("/etc/ppp/ip-down", "echo down began >>/run/scripts");
    int status = run_tunnel(options(), [] {
      report(ipv4_up());
      wait_for_ipv4();
      end(End::call_ended);
    });
    say(contents("/run/scripts"));
    return status;
  });
  CHECK(result.output == "up ended\ndown began\n\n");
}

TEST_CASE("without ip-up the server's name servers are entered by pptp-dns itself") {
  auto wanted = options();
  Standing standing{.interface = "ppp0", .ipv4_report = ipv4_up()};
  wanted.ip_up = "/nonexistent/ip-up";
  wanted.ip_down = "/nonexistent/ip-down";
  wanted.ipparam = "work";
  auto up = script_of(Hook::ip_up, wanted, standing),
       down = script_of(Hook::ip_down, wanted, standing);
  CHECK_THAT(up.path, contains("/pptp-dns"));
  CHECK(up.arguments == std::vector<std::string>{"up", "ppp0", "work"});
  CHECK(down.arguments == std::vector<std::string>{"down", "ppp0"});
  wanted.link.dns = false;
  CHECK(script_of(Hook::ip_up, wanted, standing).path == "/nonexistent/ip-up");
}

TEST_CASE("defaultroute gives way to another default route, and replacedefaultroute restores it") {
  if (!can_make_hosts()) return;
  auto route = [](bool replace, const char* before) {
    return on_a_host([=] {
             if (system(before) != 0) return 99;
             auto wanted = options();
             wanted.default_route = true;
             wanted.replace_default_route = replace;
             run_tunnel(wanted, [] {
               report(ipv4_up());
               wait_for_ipv4();
               say("during: " + output_of("ip route show default"));
               end(End::call_ended);
             });
             say("after: " + output_of("ip route show default") + contents("/run/log"));
             return 0;
           })
        .output;
  };
  const char* kOther = "ip route add default via 192.0.2.1 dev eth0 proto static mtu 1300";
  auto refused = route(false, kOther);
  CAPTURE(refused);
  CHECK_THAT(refused, contains("during: default via 192.0.2.1"));
  CHECK_THAT(refused, contains("not replacing existing default route via 192.0.2.1 dev eth0"));
  auto replaced = route(true, kOther);
  CAPTURE(replaced);
  CHECK_THAT(replaced, contains("during: default dev ppp0 proto 48 scope link"));
  CHECK_THAT(replaced, contains("after: default via 192.0.2.1 dev eth0 proto static mtu 1300"));
  auto alone = route(false, "true");
  CAPTURE(alone);
  CHECK_THAT(alone, contains("during: default dev ppp0 proto 48 scope link"));
  CHECK_THAT(alone, contains("after: Using"));
}

TEST_CASE("a report with an impossible address sets nothing and ends the link") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    write_scripts("");
    int status = run_tunnel(options(), [] {
      auto wrong = ipv4_up();
      wrong.local = 0x7f000001;
      report(wrong);
      serve_until_told();
    });
    say("scripts:" + contents("/run/scripts") + contents("/run/log"));
    return status;
  });
  CAPTURE(result.output);
  CHECK(result.status == 10);
  CHECK_THAT(result.output, contains("127.0.0.1 is no address for this host"));
  CHECK_THAT(result.output, contains("scripts:Using"));
}

TEST_CASE("a refused password dials once; another failure dials maxfail times") {
  if (!can_make_hosts()) return;
  for (auto [why, count, status] :
       {std::tuple{End::not_authenticated, 1u, 19}, std::tuple{End::no_agreement, 3u, 10}}) {
    auto result = on_a_host([why = why] {
      auto wanted = options();
      wanted.persist = true;
      wanted.maxfail = 3;
      wanted.holdoff = 0;
      std::string attempts;
      int exit_status = refuse(why, attempts, wanted);
      say("attempts: " + std::to_string(attempts.size()));
      return exit_status;
    });
    CAPTURE(result.output);
    CHECK(result.status == status);
    CHECK_THAT(result.output, contains("attempts: " + std::to_string(count)));
  }
}

TEST_CASE("SIGTERM ends the link with status 5, and SIGHUP dials again under persist") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    auto wanted = options();
    wanted.persist = true;
    wanted.holdoff = 0;
    int status = run_tunnel(wanted, [] {
      report(ipv4_up());
      bool again = access("/run/again", F_OK) == 0;
      output_of("touch /run/again");
      kill(getppid(), again ? SIGTERM : SIGHUP);
      serve_until_told();
    });
    say(contents("/run/log"));
    return status;
  });
  CAPTURE(result.output);
  CHECK(result.status == 5);
  CHECK_THAT(result.output, contains("Hangup (SIGHUP)"));
  CHECK_THAT(result.output, contains("Terminating on signal 15"));
}

TEST_CASE("SIGTERM ends the time between two attempts") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    auto wanted = options();
    wanted.persist = true;
    wanted.holdoff = 3600;
    return run_tunnel(wanted, [] {
      pid_t tunnel = getppid();
      if (fork() == 0) {
        wait_until([] { return contents("/run/log").find("Connect time") != std::string::npos; });
        kill(tunnel, SIGTERM);
        _exit(0);
      }
      report(ipv4_up());
      end(End::call_ended);
    });
  });
  CHECK(result.status == 5);
}

TEST_CASE("updetach returns 0 when the link is up, and the exit status if it never is") {
  if (!can_make_hosts()) return;
  for (bool works : {true, false}) {
    auto result = on_a_host([works] {
      auto wanted = options();
      wanted.detach = TunnelOptions::Detach::when_up;
      int status = run_tunnel(wanted, [works] {
        if (!works) end(End::no_agreement);
        report(ipv4_up());
        serve_until_told();
      });
      if (works) {
        say(access("/run/ppp0.pid", F_OK) == 0 ? "goes on" : "");
        kill(std::stoi(contents("/run/ppp0.pid")), SIGTERM);
        wait_until([] { return access("/run/ppp0.pid", F_OK) != 0; });
      }
      return status;
    });
    CAPTURE(result.output);
    CHECK(result.status == (works ? 0 : 10));
    if (works) CHECK_THAT(result.output, contains("goes on"));
  }
}

TEST_CASE("an ip-up that does not end keeps nobody waiting for longer than its time") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    write_script("/etc/ppp/ip-up", "until [ -e /run/end ]; do sleep 0.05; done");
    auto wanted = options();
    wanted.detach = TunnelOptions::Detach::when_up;
    wanted.script_wait = 1;
    int status = run_tunnel(wanted, [] {
      report(ipv4_up());
      serve_until_told();
    });
    output_of("touch /run/end");
    kill(std::stoi(contents("/run/ppp0.pid")), SIGTERM);
    wait_until([] { return access("/run/ppp0.pid", F_OK) != 0; });
    say(contents("/run/log"));
    return status;
  });
  CAPTURE(result.output);
  CHECK(result.status == 0);
  CHECK_THAT(result.output, contains("ip-up still runs after 1 s: ppp0 counts as up without it"));
}

TEST_CASE("scripts do not pile up if a server negotiates again and again") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    write_script("/etc/ppp/ip-up",
                 "echo up >>/run/scripts; until [ -e /run/go ]; do sleep 0.05; done");
    write_script("/etc/ppp/ip-down", "echo down >>/run/scripts");
    run_tunnel(options(), [] {
      auto last = ipv4_up();
      for (int i = 0; i < 200; i++)
        report(ipv4_up()), report({.kind = LinkReport::Kind::ipv4_down});
      last.local++;
      report(last);
      wait_until([] {
        return output_of("ip -o address show dev ppp0").find("10.99.0.3") != std::string::npos;
      });
      output_of("touch /run/go");
      end(End::server_closed);
    });
    say(contents("/run/scripts"));
    return 0;
  });
  CAPTURE(result.output);
  auto lines = std::count(result.output.begin(), result.output.end(), '\n');
  CHECK_THAT(result.output, contains("up\ndown\n"));
  CHECK(lines <= 6);
}

TEST_CASE("a gateway that cannot be forked is a failed attempt, and not the end of all") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    auto wanted = options();
    wanted.persist = true;
    wanted.maxfail = 3;
    wanted.holdoff = 0;
    forks = 0, first_failure = 2;  // the holder of the password, and the janitor
    int status = run_tunnel(wanted, [] { end(End::server_closed); });
    say(contents("/run/log"));
    return status;
  });
  CAPTURE(result.output);
  CHECK(result.status == 8);
  CHECK_THAT(result.output, contains("fork the gateway: Resource temporarily unavailable"));
  CHECK_THAT(result.output,
             contains("not dialled again: 3 attempts in a row have failed (maxfail)"));
}

}  // namespace callgate
