// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/gre/tunnel/scripted.hh"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include "gre/tunnel/standing.hh"
#include "tests/unit/catch.hh"

namespace callgate::test {
namespace {

constexpr const char* kTooLate = "what was waited for did not happen within 30 s";

void make_host() {
  check(unshare(CLONE_NEWNET | CLONE_NEWNS), "unshare");
  check(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "make mounts private");
  check(mount("tmpfs", "/run", "tmpfs", 0, nullptr), "mount /run");
  check(mount("tmpfs", "/etc/ppp", "tmpfs", 0, nullptr), "mount /etc/ppp");
  if (system("ip link set lo up && ip link add eth0 type veth peer name eth1 && "
             "ip link set eth1 up && ip link set eth0 up && "
             "ip address add 192.0.2.2/24 dev eth0") != 0)
    throw std::runtime_error("cannot make eth0");
}

}  // namespace

bool can_make_hosts() {
  return geteuid() == 0 && access("/dev/net/tun", R_OK | W_OK) == 0 &&
         run_in_child([] { return unshare(CLONE_NEWNET | CLONE_NEWNS); }).status == 0;
}

ChildResult on_a_host(const std::function<int()>& test) {
  auto result = run_in_child([&] {
    make_host();
    return test();
  });
  CAPTURE(result.output);
  CHECK(result.output.find(kTooLate) == std::string::npos);
  return result;
}

void say(const std::string& text) {
  dprintf(STDERR_FILENO, "%s\n", text.c_str());
}

std::string output_of(const std::string& command) {
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "re"), pclose);
  std::string output;
  for (int byte; (byte = fgetc(pipe.get())) != EOF;) output += static_cast<char>(byte);
  return output;
}

std::string contents(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_script(const std::string& path, const std::string& body) {
  std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
  check(chmod(path.c_str(), 0755), "make {} executable", path);
}

bool wait_until(const std::function<bool()>& happened) {
  for (int i = 0; i < 3000; i++) {
    if (happened()) return true;
    usleep(10'000);
  }
  say(kTooLate);
  return false;
}

void report(const LinkReport& report) {
  auto record = encode(report);
  send(kGatewayLink, record.data(), record.size(), MSG_NOSIGNAL);
}

void wait_for_ipv4() {
  wait_until([] { return !contents(kResolvConf).empty(); });
}

LinkReport ipv4_up() {
  return {.kind = LinkReport::Kind::ipv4_up,
          .local = 0x0a630002,
          .remote = 0x0a630001,
          .dns = {0x0a630035, 0x0a630036},
          .mtu = 1400,
          .server = 0xc0000201};
}

void end(LinkReport::End end) {
  report({.kind = LinkReport::Kind::ended, .end = end, .sent = 1000, .received = 2000});
  _exit(1);
}

void serve_until_told() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  pollfd events[] = {{signalfd(-1, &signals, 0), POLLIN, 0}, {kGatewayLink, POLLIN, 0}};
  poll(events, 2, -1);
  end(LinkReport::End::closed);
}

TunnelOptions options() {
  TunnelOptions options;
  options.link.name = "alice";
  options.link.dns = true;
  options.server_name = "vpn.example.net";
  options.detach = TunnelOptions::Detach::never;
  options.logfile = "/run/log";
  options.read_secrets = [] { return TunnelSecrets{.chap = kPassword, .pap = {}}; };
  return options;
}

}  // namespace callgate::test
