// SPDX-License-Identifier: GPL-2.0-or-later
// The sandboxes, tried from inside. Each test runs in a child process, because nothing leaves a
// sandbox.
#include "common/system/sandbox.hh"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "common/system/landlock.hh"
#include "common/system/unique_fd.hh"
#include "config.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/child.hh"
#include "tests/unit/manager_directory.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

constexpr int kEnded = -1;  // by a signal
constexpr int kUnlisted = CALLGATE_SECCOMP_KILL ? kEnded : ENOSYS;

// errno of what is tried under this filter, 0 for success, or kEnded.
template <typename Attempt>
int under(const AllowList& list, Attempt attempt) {
  return run_in_child([&] {
           check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "set no_new_privs");
           restrict_system_calls(list);
           return attempt() < 0 ? errno : 0;
         })
      .status;
}

template <typename Attempt>
int within(const Reach& reach, Attempt attempt) {
  return run_in_child([&] {
           check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "set no_new_privs");
           restrict_reach(reach);
           return attempt() < 0 ? errno : 0;
         })
      .status;
}

long version_of_landlock() {
  if (CALLGATE_SANITIZED) return 0;
  return std::max(0L, syscall(SYS_landlock_create_ruleset, nullptr, 0, 1));
}

int connect_to(uint16_t port) {
  UniqueFd fd(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
}

int make_socket(int family) {
  return socket(family, SOCK_STREAM, 0);
}

}  // namespace

TEST_CASE("a system call that is on no list does not happen") {
  CHECK(under({}, [] { return syscall(SYS_sethostname, "", 0); }) == kUnlisted);
  CHECK(under({}, [] { return make_socket(AF_INET); }) == kUnlisted);
}

TEST_CASE("a system call that is listed happens, with the arguments that are listed") {
  AllowList list{{"a test", {{"socket", {{0, AF_INET}, {1, SOCK_STREAM, 0xF}}}}}};
  CHECK(under(list, [] { return make_socket(AF_INET); }) == 0);
  CHECK(under(list, [] { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }) == 0);
  CHECK(under(list, [] { return make_socket(AF_INET6); }) == kUnlisted);
  CHECK(under(list, [] { return socket(AF_INET, SOCK_DGRAM, 0); }) == kUnlisted);
}

TEST_CASE("what only an intruder does ends the process, whatever becomes of the rest") {
  CHECK(under({}, [] { return syscall(SYS_ptrace, 0, 0, 0, 0); }) == kEnded);
  CHECK(under({}, [] { return execl("/bin/true", "true", nullptr); }) == kEnded);
  CHECK(under({}, [] { return setresuid(0, 0, 0); }) == kEnded);
}

TEST_CASE("a process may end itself by a signal, and no other process") {
  if (CALLGATE_SANITIZED) return;
  constexpr pid_t kNobody = 1 << 22;  // beyond all pids
  CHECK(under({}, [] {
          signal(SIGABRT, SIG_IGN);
          return syscall(SYS_tgkill, getpid(), gettid(), SIGABRT);
        }) == 0);
  CHECK(under({}, [] { return syscall(SYS_tgkill, kNobody, kNobody, SIGABRT); }) == kUnlisted);
  CHECK(under({}, [] { return syscall(SYS_tgkill, getpid(), gettid(), SIGTERM); }) == kUnlisted);
  CHECK(under({}, [] { return syscall(SYS_kill, getpid(), SIGABRT); }) == kUnlisted);
}

TEST_CASE("memory is for data") {
  auto map = [](int protection) {
    return [protection] {
      return mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1
                                                                                               : 0;
    };
  };
  CHECK(under({}, map(PROT_READ | PROT_WRITE)) == 0);
  if (!CALLGATE_SANITIZED) CHECK(under({}, map(PROT_READ | PROT_EXEC)) == kUnlisted);
}

TEST_CASE("a second filter takes away, and gives nothing back") {
  AllowList inet{{"a test", {{"socket", {{0, AF_INET}}}}}};
  CHECK(under({inet[0], kAnotherFilter}, [&] {
          restrict_system_calls({});
          return make_socket(AF_INET);
        }) == kUnlisted);
  CHECK(under({kAnotherFilter}, [&] {
          restrict_system_calls(inet);
          return make_socket(AF_INET);
        }) == kUnlisted);
}

TEST_CASE("a name that is no system call is an error at once, not a hole or a missing line") {
  CHECK(run_in_child([] {
          restrict_system_calls({{"a test", {"recieve"}}});
          return 0;
        }).output == "exception: find system call recieve: Invalid argument\n");
}

TEST_CASE("no file can be opened, made or removed but where names may be removed") {
  if (version_of_landlock() < 1) return;
  ManagerDirectory here, other;
  auto remove = [&](ManagerDirectory& from) {
    auto path = from.path() + "/file";
    UniqueFd(open(path.c_str(), O_CREAT | O_WRONLY, 0600));
    return within({.removable_in = here.path()}, [&] { return unlink(path.c_str()); });
  };
  CHECK(within({}, [] { return open("/etc/passwd", O_RDONLY); }) == EACCES);
  CHECK(within({}, [] { return mkdir("/tmp/callgate-made", 0700); }) == EACCES);
  CHECK(remove(here) == 0);
  CHECK(remove(other) == EACCES);
}

TEST_CASE("TCP goes to one port") {
  if (version_of_landlock() < 4) return;
  CHECK(within({}, [] { return connect_to(1723); }) == EACCES);
  CHECK(within({.tcp_port = 9}, [] { return connect_to(9); }) == ECONNREFUSED);
  CHECK(within({.tcp_port = 9}, [] { return connect_to(10); }) == EACCES);
}

TEST_CASE("no process outside can be signalled") {
  if (version_of_landlock() < 6) return;
  CHECK(within({}, [] { return kill(getppid(), 0); }) == EPERM);
}

TEST_CASE("no memory image, and no file grows unless it is the log") {
  auto limit = [](int standard_error) {
    return run_in_child([&] {
             dup2(standard_error, STDERR_FILENO);
             limit_resources({.descriptors = 20});
             rlimit core, size, descriptors;
             getrlimit(RLIMIT_CORE, &core);
             getrlimit(RLIMIT_FSIZE, &size);
             getrlimit(RLIMIT_NOFILE, &descriptors);
             return core.rlim_max == 0 && descriptors.rlim_max == 20 ? size.rlim_max == 0 : 9;
           })
        .status;
  };
  UniqueFd null(open("/dev/null", O_WRONLY)), file(open("/tmp", O_TMPFILE | O_WRONLY, 0600));
  CHECK(limit(null.get()) == !CALLGATE_SANITIZED);
  CHECK(limit(file.get()) == 0);
}
