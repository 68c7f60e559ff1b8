// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/system/process_stat.hh"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/catch.hh"

using namespace callgate;

TEST_CASE("a line of /proc/PID/stat is read whatever the name of the process is") {
  std::string rest = " S 17 4 4 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 98765 10 11\n";
  CHECK(parse_process_stat("9 (pppd)" + rest) == ProcessStat{"pppd", 17, 98765});
  CHECK(parse_process_stat("9 (a) S 3 (b)" + rest) == ProcessStat{"a) S 3 (b", 17, 98765});
  for (auto line : {"", "9", "9 (pppd", "9 )pppd(", "9 (pppd) S", "9 (pppd) S x 4"})
    CHECK_FALSE(parse_process_stat(line));
  CHECK_FALSE(parse_process_stat("9 (pppd)" + rest.substr(0, 50)));
}

TEST_CASE("the real user is the first of the four in /proc/PID/status") {
  CHECK(parse_real_user("Name:\tpppd\nUid:\t1000\t0\t0\t0\nGid:\t9\t9\t9\t9\n") == 1000u);
  for (auto text : {"", "Name:\tUid:\t7\t7\n", "\nUid:\t", "\nUid:\tx\t1\n", "\nUid:\t12"})
    CHECK_FALSE(parse_real_user(text));
}

TEST_CASE("/proc tells of this process, and nothing of one that does not exist") {
  REQUIRE(process_stat(getpid()));
  CHECK(process_stat(getpid())->parent == getppid());
  CHECK(real_user_of(getpid()) == getuid());
  CHECK_FALSE(command_line_of(getpid()).empty());
  pid_t gone = fork();
  if (gone == 0) _exit(0);
  waitpid(gone, nullptr, 0);
  CHECK_FALSE(process_stat(gone));
  CHECK_FALSE(real_user_of(gone));
  CHECK(command_line_of(gone).empty());
}
