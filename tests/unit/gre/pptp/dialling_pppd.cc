// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/dialling_pppd.hh"

#include <sys/prctl.h>
#include <sys/wait.h>

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

TEST_CASE("a line of /proc/PID/stat is read whatever the name of the process is") {
  std::string rest = " S 17 4 4 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 98765 10 11\n";
  CHECK(parse_process_stat("9 (pppd)" + rest) == ProcessStat{"pppd", 17, 98765});
  CHECK(parse_process_stat("9 (a) S 3 (b)" + rest) == ProcessStat{"a) S 3 (b", 17, 98765});
  for (auto line : {"", "9", "9 (pppd", "9 )pppd(", "9 (pppd) S", "9 (pppd) S x 4"})
    CHECK_FALSE(parse_process_stat(line));
  CHECK_FALSE(parse_process_stat("9 (pppd)" + rest.substr(0, 50)));
}
