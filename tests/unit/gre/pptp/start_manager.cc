// SPDX-License-Identifier: GPL-2.0-or-later
// Starting a call manager on demand, with real processes in a directory of the test's own. What is
// started is a shell script that writes down what it finds, then ends: the channel's end says when.
#include "gre/pptp/start_manager.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/catch.hh"
#include "tests/unit/manager_directory.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

ManagerProgram script(const std::string& text) {
  return {"/bin/sh", {"pptp-callmgr", "-c", text}};
}

// Starts `text` and waits for it to end.
void run(const ManagerDirectory& directory, const std::string& text) {
  auto channel = connect_or_start(directory.socket(), script(text));
  CHECK(std::holds_alternative<Channel::Closed>(channel.receive()));
}

}  // namespace

TEST_CASE("the manager gets the listening socket as systemd would hand it over") {
  ManagerDirectory directory;
  run(directory, "cd " + directory.path() +
                     "; echo $LISTEN_FDS $LISTEN_PID $$ >listen; readlink /proc/$$/fd/3 >socket");
  auto listen = directory.read("listen");
  auto pid = listen.substr(listen.rfind(' ') + 1);
  CHECK(listen == "1 " + pid + " " + pid);
  CHECK(directory.read("socket").starts_with("socket:["));
}

TEST_CASE("nothing but the socket and /dev/null comes along") {
  ManagerDirectory directory;
  UniqueFd stray(open("/dev/zero", O_RDONLY));  // without close-on-exec, as a caller may leave it
  run(directory, "readlink /proc/$$/fd/* >" + directory.path() + "/fds 2>&1");
  auto fds = directory.read("fds");
  CHECK(fds.starts_with("/dev/null\n"));
  CHECK(fds.find("/dev/zero") == fds.npos);
  CHECK(fds.find("pipe:") == fds.npos);
  auto first = fds.find("socket:");
  CHECK(first != fds.npos);
  CHECK(fds.find("socket:", first + 1) == fds.npos);
}

TEST_CASE("the first caller's environment, directory, session and signals do not come along") {
  ManagerDirectory directory;
  setenv("NOTIFY_SOCKET", "/run/of/pppd", 1);
  setenv("LD_LIBRARY_PATH", "/nowhere", 1);
  signal(SIGHUP, SIG_IGN);
  run(directory,
      "cd " + directory.path() + "; env >env; readlink /proc/$$/cwd >cwd; " +
          "grep SigIgn /proc/$$/status >signals; cut -d' ' -f4,6 /proc/$$/stat >session");
  signal(SIGHUP, SIG_DFL);
  unsetenv("NOTIFY_SOCKET");
  unsetenv("LD_LIBRARY_PATH");
  auto environment = directory.read("env");
  CHECK(environment.find("NOTIFY_SOCKET") == environment.npos);
  CHECK(environment.find("LD_LIBRARY_PATH") == environment.npos);
  CHECK(environment.find("PPTP_CALLMGR_SOCKET=" + directory.socket()) != environment.npos);
  CHECK(directory.read("signals") == "SigIgn:\t0000000000000000");
  auto session = directory.read("session");
  CHECK(session.substr(session.find(' ') + 1) != std::to_string(getsid(0)));
}

TEST_CASE("a manager that cannot be executed is reported, and its socket removed") {
  ManagerDirectory directory;
  try {
    connect_or_start(directory.socket(), {"/nonexistent/pptp-callmgr", {"pptp-callmgr"}});
    FAIL("connected to nobody");
  } catch (const OsError& failure) {
    CHECK(failure.code().value() == ENOENT);
    CHECK(failure.attempted() == "start /nonexistent/pptp-callmgr");
  }
  CHECK_FALSE(directory.exists("callmgr.sock"));
}

TEST_CASE("a socket that nobody listens on any more is replaced") {
  ManagerDirectory directory;
  run(directory, "true");
  REQUIRE(directory.exists("callmgr.sock"));
  CHECK_FALSE(connect_if_served(directory.socket()));
  run(directory, "echo again >" + directory.path() + "/again");
  CHECK(directory.read("again") == "again");
}

TEST_CASE("a file that is no socket is not removed for one") {
  ManagerDirectory directory;
  std::ofstream(directory.socket()) << "precious";
  CHECK_THROWS_AS(connect_or_start(directory.socket(), script("true")), OsError);
  CHECK(directory.read("callmgr.sock") == "precious");
}

TEST_CASE("the socket is closed to strangers") {
  ManagerDirectory directory;
  run(directory, "true");
  struct stat info;
  REQUIRE(stat(directory.socket().c_str(), &info) == 0);
  CHECK((info.st_mode & 0007) == 0);
}

TEST_CASE("of eight that start at once, one starts the manager, and all are connected to it") {
  ManagerDirectory directory;
  auto program = script("cd " + directory.path() +
                        "; echo $$ >>started; for i in $(seq 200); do [ -e go ] && exit;"
                        " sleep 0.05; done");
  std::vector<pid_t> children;
  for (int i = 0; i < 8; i++) {
    pid_t child = fork();
    if (child == 0) {
      try {
        connect_or_start(directory.socket(), program);
        _exit(0);
      } catch (const OsError&) {
        _exit(1);
      }
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  auto last = connect_if_served(directory.socket());
  REQUIRE(last);
  std::ofstream(directory.path() + "/go") << "all are here";
  CHECK(std::holds_alternative<Channel::Closed>(last->receive()));
  auto started = directory.read("started");
  CHECK(std::count(started.begin(), started.end(), '\n') == 0);
  CHECK_FALSE(started.empty());
}
