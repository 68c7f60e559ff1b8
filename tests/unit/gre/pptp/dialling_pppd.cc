// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/dialling_pppd.hh"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "common/system/unique_fd.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

// Returns whether a process of this name is found from a descendant `generations` below it, with
// its own pid and another start time than 0.
bool finds(const char* name, int generations) {
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_NAME, name);
    pid_t self = getpid();
    for (int i = 0; i < generations; i++)
      if (pid_t next = fork(); next != 0) {
        int status = 1;
        waitpid(next, &status, 0);
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
      } else {
        prctl(PR_SET_NAME, "sh");
      }
    auto found = dialling_pppd();
    _exit(found.pid == static_cast<uint32_t>(self) && found.started != 0 ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("pptp finds the pppd that has started it, also through a shell and a script") {
  CHECK(finds("pppd", 1));
  CHECK(finds("pppd", 2));
  CHECK(finds("pppd", 3));
  CHECK_FALSE(finds("pppdd", 1));
  CHECK_FALSE(finds("pppd", 6));
}

TEST_CASE("pppd's command line names the tunnel after call, and no value of another option does") {
  using Words = std::vector<std::string>;
  CHECK(called_tunnel(Words{"/usr/sbin/pppd", "call", "work", "up_sdnotify"}) == "work");
  CHECK(called_tunnel(Words{"pppd", "nodetach", "linkname", "call", "call", "home"}) == "home");
  CHECK(called_tunnel(Words{"pppd", "call", "work", "call", "home"}) == "home");
  for (const auto& words : {Words{}, Words{"call"}, Words{"pppd", "call"}, Words{"pppd", "work"},
                            Words{"pppd", "user", "call", "work"}, Words{"pppd", "call", "../work"},
                            Words{"pppd", "file", "/etc/ppp/peers/work"}})
    CHECK(called_tunnel(words).empty());
}

TEST_CASE("pppd's terminal is the other end of our pty") {
  UniqueFd pty(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(pty);
  CHECK(terminal_of_pppd(pty.get()) == ptsname(pty.get()));
  UniqueFd none(open("/dev/null", O_RDONLY | O_CLOEXEC));
  CHECK(terminal_of_pppd(none.get()).empty());
}
