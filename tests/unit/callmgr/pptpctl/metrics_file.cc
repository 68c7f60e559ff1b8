// SPDX-License-Identifier: GPL-2.0-or-later
// The file is replaced as a whole. A failure leaves no temporary file.
#include "callmgr/pptpctl/metrics_file.hh"

#include <sys/stat.h>

#include "common/system/os_error.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/manager_directory.hh"

using namespace callgate;
using callgate::test::ManagerDirectory;

TEST_CASE("a file is replaced by another inode, readable by all, and nothing is left beside it") {
  ManagerDirectory directory;
  auto path = directory.path() + "/pptp.prom";
  umask(077);
  replace_metrics_file(path, "old\n");
  struct stat before, after;
  REQUIRE(stat(path.c_str(), &before) == 0);
  replace_metrics_file(path, "new\n");
  REQUIRE(stat(path.c_str(), &after) == 0);
  CHECK(before.st_ino != after.st_ino);
  CHECK((after.st_mode & 0777) == 0644);
  CHECK(directory.read("pptp.prom") == "new");
  auto files = std::filesystem::directory_iterator(directory.path());
  CHECK(std::distance(begin(files), end(files)) == 1);
}

TEST_CASE("if the file cannot be written, the error is thrown and nothing is left") {
  ManagerDirectory directory;
  CHECK_THROWS_AS(replace_metrics_file(directory.path() + "/none/pptp.prom", ""), OsError);
  std::filesystem::create_directory(directory.path() + "/pptp.prom");
  CHECK_THROWS_AS(replace_metrics_file(directory.path() + "/pptp.prom", "text"), OsError);
  auto files = std::filesystem::directory_iterator(directory.path());
  CHECK(std::distance(begin(files), end(files)) == 1);
}
