// SPDX-License-Identifier: GPL-2.0-or-later
// Whichever process of a tunnel is killed, nothing stays behind; and no process that could leak the
// password has it.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "common/channel/secret_message.hh"
#include "common/system/privileges.hh"
#include "config.hh"
#include "gre/tunnel/ending.hh"
#include "gre/tunnel/tunnel.hh"
#include "ppp/mschap.hh"
#include "ppp/secret.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"
#include "tests/unit/gre/tunnel/scripted.hh"

namespace callgate {

using namespace test;
using End = LinkReport::End;

namespace {

constexpr const char* kJanitor = "pptp-janitor";
constexpr const char* kHolder = "pptp-secret";

// The child of the tunnel process that has this name; 0 = none.
pid_t child_named(const std::string& name, pid_t tunnel) {
  auto found = output_of("grep -lx " + name +
                         " /proc/[0-9]*/comm 2>/dev/null | while read f; do "
                         "d=${f%/comm}; grep -qs '^PPid:.*[^0-9]" +
                         std::to_string(tunnel) + "$' $d/status && echo ${d#/proc/}; done");
  return found.empty() ? 0 : std::stoi(found);
}

TunnelOptions with_everything() {
  auto wanted = options();
  wanted.linkname = "work";
  wanted.default_route = wanted.replace_default_route = true;
  return wanted;
}

std::string left_behind() {
  return output_of(
      "ls /run/*.pid /etc/ppp/resolv.conf 2>/dev/null; ip -o link show ppp0 2>/dev/null;"
      "ip address show to 10.99.0.2; ip route show proto 48");
}

// What ip-down says. At a busy time the tunnel does not wait for its end.
std::string scripts() {
  wait_until([] { return !contents("/run/scripts").empty(); });
  return contents("/run/scripts");
}

int begin_test() {
  write_script("/etc/ppp/ip-down", "echo down >>/run/scripts");
  return system("ip route add default via 192.0.2.1 dev eth0");
}

#ifndef __SANITIZE_ADDRESS__
std::string memory_of(pid_t pid) {
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  std::ifstream memory("/proc/" + std::to_string(pid) + "/mem", std::ios::binary);
  std::string all;
  for (std::string line; std::getline(maps, line);) {
    uint64_t from = 0, to = 0;
    char writable = '-';
    if (sscanf(line.c_str(), "%lx-%lx %*c%c", &from, &to, &writable) != 3 || writable != 'w')
      continue;
    std::string part(to - from, '\0');
    memory.clear();
    memory.seekg(static_cast<std::streamoff>(from));
    memory.read(part.data(), static_cast<std::streamsize>(part.size()));
    all += part;
  }
  return all;
}

std::string utf16(std::string_view text) {
  std::string wide;
  for (char letter : text) (wide += letter) += '\0';
  return wide;
}

std::string secrets_in(const std::string& memory) {
  auto hash = ppp::nt_hash(kPassword);
  std::string found;
  if (memory.find(kPassword) != memory.npos) found += " password";
  if (memory.find(utf16(kPassword)) != memory.npos) found += " UTF-16";
  if (memory.find(std::string(hash->begin(), hash->end())) != memory.npos) found += " hash";
  return found + (memory.empty() ? " nothing was read" : "");
}
#endif

SecretAnswerRecord ask(uint8_t number) {
  auto question = encode(SecretQuestionRecord{static_cast<uint8_t>(ppp::Authentication::ms_chap_v2),
                                              number, std::vector<uint8_t>(16, number)});
  std::array<uint8_t, kMaxSecretMessage> record;
  send(kGatewaySecret, question.data(), question.size(), MSG_NOSIGNAL);
  ssize_t size = recv(kGatewaySecret, record.data(), record.size(), 0);
  if (size <= 0) return {.refusal = "gone"};
  auto answer = parse_secret_answer(ByteSpan(record).first(static_cast<size_t>(size)));
  return answer.value_or(SecretAnswerRecord{.refusal = "no answer"});
}

}  // namespace

TEST_CASE("a killed tunnel process leaves nothing: the janitor undoes it, and the gateway ends") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    if (begin_test() != 0) return 99;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t tunnel = fork();
    if (tunnel == 0)
      _exit(run_tunnel(with_everything(), [] {
        report(ipv4_up());
        serve_until_told();
      }));
    wait_until([] { return access("/etc/ppp/resolv.conf", F_OK) == 0; });
    say("before: " + left_behind());
    kill(tunnel, SIGKILL);
    wait_until([] { return left_behind().empty(); });
    say("left:" + left_behind() + "." + scripts());
    say(output_of("ip route show default") + contents("/run/log"));
    return 0;
  });
  CAPTURE(result.output);
  CHECK_THAT(result.output, contains("/run/ppp-work.pid"));
  CHECK_THAT(result.output, contains("left:.down\n"));
  CHECK_THAT(result.output, contains("default via 192.0.2.1 dev eth0"));
}

TEST_CASE("a killed gateway leaves nothing: the tunnel process undoes it") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    if (begin_test() != 0) return 99;
    int status = run_tunnel(with_everything(), [] {
      report(ipv4_up());
      wait_for_ipv4();
      kill(getpid(), SIGKILL);
    });
    say("left:" + left_behind() + "." + scripts());
    say(output_of("ip route show default") + contents("/run/log"));
    return status;
  });
  CAPTURE(result.output);
  CHECK(result.status == 16);
  CHECK_THAT(result.output, contains("left:.down\n"));
  CHECK_THAT(result.output, contains("default via 192.0.2.1 dev eth0"));
  CHECK_THAT(result.output, contains("the gateway has died by signal 9"));
}

TEST_CASE("a killed janitor and a killed secret holder are replaced, and the link goes on") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    if (begin_test() != 0) return 99;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t tunnel = fork();
    if (tunnel == 0)
      _exit(run_tunnel(with_everything(), [] {
        report(ipv4_up());
        wait_for_ipv4();
        for (auto name : {kJanitor, kHolder}) {
          pid_t old = child_named(name, getppid());
          kill(old, SIGKILL);
          bool another = wait_until([&] {
            pid_t now = child_named(name, getppid());
            return now != 0 && now != old;
          });
          say(std::string(name) + (old && another ? " replaced" : " is missing"));
        }
        say("question: " + ask(1).refusal);
        kill(getppid(), SIGKILL);  // the new janitor knows what stands
        serve_until_told();
      }));
    wait_until([] { return access("/etc/ppp/resolv.conf", F_OK) == 0; });
    wait_until([] { return left_behind().empty(); });
    say("left:" + left_behind() + "." + scripts() + contents("/run/log"));
    return 0;
  });
  CAPTURE(result.output);
  CHECK_THAT(result.output, contains("pptp-janitor replaced"));
  CHECK_THAT(result.output, contains("pptp-secret replaced"));
  CHECK_THAT(result.output, contains("question: gone"));
  CHECK_THAT(result.output, contains("left:.down\n"));
}

TEST_CASE("a secret holder that dies at once is not started for ever, and the tunnel ends") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    auto wanted = options();
    wanted.persist = true;
    wanted.read_secrets = []() -> TunnelSecrets { _exit(1); };
    int status = run_tunnel(wanted, [] {
      wait_until([] { return contents("/run/log").find("died too often") != std::string::npos; });
      end(End::no_agreement);
    });
    say(contents("/run/log"));
    return status;
  });
  CAPTURE(result.output);
  CHECK(result.status == static_cast<int>(PppdStatus::fatal));
  CHECK_THAT(result.output, contains("no further attempt can be authenticated"));
  CHECK(result.output.find("The next attempt begins") == std::string::npos);
}

TEST_CASE("the holder answers the gateway, and refuses the 21st question") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    int status = run_tunnel(options(), [] {
      int answered = 0;
      for (uint8_t number = 0; number < 20; number++) answered += ask(number).answered ? 1 : 0;
      say("answered " + std::to_string(answered));
      say("then: " + ask(20).refusal);
      say("again: " + std::to_string(ask(19).answered));
      end(End::call_ended);
    });
    say(contents("/run/log"));
    return status;
  });
  CAPTURE(result.output);
  CHECK_THAT(result.output, contains("answered 20\n"));
  CHECK_THAT(result.output, contains("then: the password was asked for 20 times within a minute"));
  CHECK_THAT(result.output, contains("again: 1"));
}

TEST_CASE(
    "the holder is user pptp without capabilities, and its memory cannot be read by that user") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    int status = run_tunnel(options(), [] {
      ask(1);
      pid_t holder = child_named(kHolder, getppid());
      auto proc = "/proc/" + std::to_string(holder);
      say(contents(proc + "/status"));
      say(output_of("stat -c 'owner %U' " + proc + "/mem; ls " + proc + "/fd; grep core " + proc +
                    "/limits"));
      end(End::call_ended);
    });
    say(contents("/run/log"));
    return status;
  });
  CAPTURE(result.output);
  for (auto line : {"CapPrm:\t0000000000000000", "CapEff:\t0000000000000000",
                    "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2", "owner root"})
    CHECK_THAT(result.output, contains(line));
  if (auto user = uid_of_system_user(CALLGATE_USER))
    CHECK_THAT(result.output, contains("Uid:\t" + std::to_string(*user) + "\t"));
}

// A sanitizer keeps what was freed, and its memory has terabytes.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("neither tunnel process nor janitor has the password or its hash in its memory") {
  if (!can_make_hosts()) return;
  auto result = on_a_host([] {
    auto wanted = options();
    wanted.link.chap_md5 = false;  // which needs the password itself
    int status = run_tunnel(wanted, [] {
      ask(1);
      auto tunnel = getppid();
      say("tunnel:" + secrets_in(memory_of(tunnel)));
      say("janitor:" + secrets_in(memory_of(child_named(kJanitor, tunnel))));
      say("holder:" + secrets_in(memory_of(child_named(kHolder, tunnel))));
      say("end");
      end(End::call_ended);
    });
    say(contents("/run/log"));
    return status;
  });
  CAPTURE(result.output);
  CHECK_THAT(result.output, contains("tunnel:\njanitor:\nholder: hash\nend"));
}
#endif

}  // namespace callgate
