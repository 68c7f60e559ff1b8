// SPDX-License-Identifier: GPL-2.0-or-later
// The socket of a call manager in a directory that other users may have been at.
#include "common/channel/manager_socket.hh"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"
#include "tests/unit/manager_directory.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

struct stat info_of(const std::string& path) {
  struct stat info;
  check(lstat(path.c_str(), &info), "lstat {}", path);
  return info;
}

int lock_now(const std::string& directory) {
  UniqueFd other(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return flock(other.get(), LOCK_EX | LOCK_NB);
}

}  // namespace

TEST_CASE("the socket is there for its owner and, where root makes it, for its group") {
  ManagerDirectory directory;
  auto fd = listen_on_manager_socket(directory.socket());
  auto info = info_of(directory.socket());
  CHECK(S_ISSOCK(info.st_mode));
  CHECK((info.st_mode & 0777) == (geteuid() == 0 ? 0660u : 0600u));
}

TEST_CASE("everybody may pass through its directory, and only the owner can open it") {
  ManagerDirectory directory;
  auto made = directory_of(directory.socket()) + "/made";
  make_socket_directory(made + "/callmgr.sock");
  CHECK((info_of(made).st_mode & 0777) == 0711);
  rmdir(made.c_str());
}

TEST_CASE("making the socket leaves the file mode mask as it was") {
  ManagerDirectory directory;
  mode_t before = umask(0027);
  auto fd = listen_on_manager_socket(directory.socket());
  CHECK(umask(before) == 0027);
}

TEST_CASE("a symbolic link in the socket's place is neither followed nor removed") {
  ManagerDirectory directory;
  std::string victim = directory.path() + "/victim";
  std::ofstream(victim) << "text";
  auto before = info_of(victim);
  REQUIRE(symlink(victim.c_str(), directory.socket().c_str()) == 0);
  CHECK_THROWS_AS(listen_on_manager_socket(directory.socket()), OsError);
  auto after = info_of(victim);
  CHECK(after.st_mode == before.st_mode);
  CHECK(after.st_uid == before.st_uid);
  CHECK(after.st_gid == before.st_gid);
  CHECK(S_ISLNK(info_of(directory.socket()).st_mode));
}

TEST_CASE("what is not a socket of ours stays in the socket's place, and is named") {
  ManagerDirectory directory;
  SECTION("a file") {
    std::ofstream(directory.socket()) << "text";
  }
  SECTION("a directory") {
    REQUIRE(mkdir(directory.socket().c_str(), 0700) == 0);
  }
  SECTION("another user's socket, where root can make one") {
    if (geteuid() != 0) return;
    listen_on_manager_socket(directory.socket());
    REQUIRE(lchown(directory.socket().c_str(), 4321, 4321) == 0);
  }
  auto before = info_of(directory.socket());
  CHECK_THROWS_WITH(listen_on_manager_socket(directory.socket()),
                    contains("replace " + directory.socket() + ", a ") &&
                        contains(fmt::format("of uid {}", before.st_uid)));
  CHECK(info_of(directory.socket()).st_ino == before.st_ino);
}

TEST_CASE("the lock on the directory has one holder, until its descriptor closes") {
  ManagerDirectory directory;
  {
    auto lock = lock_manager_socket(directory.socket());
    CHECK(lock_now(directory.path()) == -1);
  }
  CHECK(lock_now(directory.path()) == 0);
}

TEST_CASE("a socket path that does not fit is an error, and nothing is made") {
  ManagerDirectory directory;
  CHECK_THROWS_AS(listen_on_manager_socket(directory.path() + "/" + std::string(108, 'x')),
                  OsError);
  CHECK(std::filesystem::is_empty(directory.path()));
}
