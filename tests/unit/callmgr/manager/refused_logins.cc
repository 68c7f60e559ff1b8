// SPDX-License-Identifier: GPL-2.0-or-later
// Which calls are refused after a refused login. The processes that stand for pppd are real.
#include "callmgr/manager/refused_logins.hh"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

class Process {
 public:
  Process() {
    if (pid_ = fork(); pid_ == 0)
      for (;;) pause();
  }
  ~Process() { end(); }
  Process(const Process&) = delete;
  void end() {
    if (pid_ == 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  PppdProcess pppd(uint64_t started = 1) const { return {static_cast<uint32_t>(pid_), started}; }

 private:
  pid_t pid_ = 0;
};

Login login(PppdProcess pppd, uint32_t uid = 1000, std::string server = "vpn.example.net") {
  return {uid, std::move(server), pppd};
}

struct Logins {
  EventLoop loop;
  int emptied = 0;
  RefusedLogins memory{loop, [this] {
                         emptied++;
                         loop.quit();
                       }};

  // A call whose server refuses the login.
  void refused(const Login& login, uint32_t client = 1) {
    REQUIRE_FALSE(memory.dial(client, login));
    CHECK(memory.judged(client, true));
    memory.forget(client);
  }
  bool may_dial(const Login& login) { return !memory.dial(2, login); }
};

}  // namespace

TEST_CASE("a pppd whose login a server has refused does not dial this server again") {
  Logins test;
  Process pppd;
  test.refused(login(pppd.pppd()));
  auto reason = test.memory.dial(2, login(pppd.pppd()));
  REQUIRE(reason);
  CHECK(reason->cause == Cause::login_refused);
  CHECK(reason->subject == "vpn.example.net");
  CHECK(reason->detail == "0 s ago");
  CHECK(reason->result == 0);
  CHECK(test.memory.dial(2, login(pppd.pppd()))->result == 1);  // the log has it
}

TEST_CASE("another pppd, user or server is not concerned") {
  Logins test;
  Process pppd, another;
  test.refused(login(pppd.pppd()));
  CHECK(test.may_dial(login(another.pppd())));
  CHECK(test.may_dial(login(pppd.pppd(2))));  // a later process with the same pid
  CHECK(test.may_dial(login(pppd.pppd(), 1001)));
  CHECK(test.may_dial(login(pppd.pppd(), 1000, "192.0.2.1")));
}

TEST_CASE("a login that is accepted after all is forgotten") {
  Logins test;
  Process pppd;
  REQUIRE(test.may_dial(login(pppd.pppd())));
  CHECK(test.memory.judged(2, true));
  CHECK_FALSE(test.memory.judged(2, true));
  CHECK_FALSE(test.memory.judged(2, false));
  CHECK(test.memory.empty());
  CHECK(test.may_dial(login(pppd.pppd())));
}

TEST_CASE("the end of its pppd ends an entry") {
  Logins test;
  Process pppd;
  test.refused(login(pppd.pppd()));
  pppd.end();
  auto late = test.loop.timer([&] { test.loop.quit(); });
  late.start(std::chrono::seconds(30));
  test.loop.run();
  CHECK(test.emptied == 1);
  CHECK(test.memory.empty());
}

TEST_CASE("nothing is remembered of a client without a pppd, and of one that has not dialled") {
  Logins test;
  REQUIRE(test.may_dial(login({})));
  CHECK_FALSE(test.memory.judged(2, true));
  CHECK_FALSE(test.memory.judged(3, true));
  CHECK(test.memory.empty());
}

TEST_CASE("the memory is bounded for each user and for all, and the oldest entries give way") {
  Logins test;
  Process pppd;
  for (uint64_t i = 0; i <= RefusedLogins::kMostOfUser; i++) test.refused(login(pppd.pppd(i)));
  CHECK(test.memory.states().size() == RefusedLogins::kMostOfUser);
  for (uint32_t uid = 2000; uid < 2000 + RefusedLogins::kMost; uid++)
    test.refused(login(pppd.pppd(), uid));
  CHECK(test.memory.states().size() == RefusedLogins::kMost);
}

TEST_CASE("the next call manager goes on with what this one has remembered") {
  Logins test, next;
  Process pppd;
  test.refused(login(pppd.pppd()));
  for (auto& state : test.memory.states()) next.memory.restore(state);
  CHECK_FALSE(next.may_dial(login(pppd.pppd())));
}
