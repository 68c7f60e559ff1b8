// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl exec: runs a command in a network namespace whose only way out is one tunnel. This
// process stays outside, and removes the namespace's connection when the command has ended. If this
// process is killed, so is the command, and pptp-egress removes the connection.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "callmgr/pptpctl/commands.hh"
#include "callmgr/pptpctl/tunnel_namespace.hh"
#include "callmgr/pptpctl/up_file.hh"
#include "common/system/os_error.hh"
#include "common/system/unique_fd.hh"
#include "config.hh"

namespace callgate {
namespace {

constexpr const char* kHelper = CALLGATE_LIBEXEC_DIR "/pptp-namespace";
// As those of timeout(1) and env(1).
constexpr int kNotRun = 125, kNotExecutable = 126, kNotFound = 127, kSignalled = 128;

std::vector<char*> pointers(const Words& words) {
  std::vector<char*> result;
  for (const auto& word : words) result.push_back(const_cast<char*>(word.c_str()));
  result.push_back(nullptr);
  return result;
}

// Blocks the signals that are passed on, and SIGCHLD, for wait_for_command().
class BlockedSignals {
 public:
  BlockedSignals() {
    sigemptyset(&all_);
    for (int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2})
      sigaddset(&all_, number);
    sigprocmask(SIG_BLOCK, &all_, &before_);
  }
  void restore() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  siginfo_t wait() const {
    siginfo_t info{};
    while (sigwaitinfo(&all_, &info) < 0) {
    }
    return info;
  }

 private:
  sigset_t all_, before_;
};

// One byte from one process to another.
struct Gate {
  UniqueFd reads, writes;
  Gate() {
    std::array<int, 2> ends{};
    check(pipe2(ends.data(), O_CLOEXEC), "create a pipe");
    reads.reset(ends[0]);
    writes.reset(ends[1]);
  }
  void open() { check(write(writes.get(), "", 1), "write into a pipe"); }
  // Returns false if the other process has ended.
  bool wait() {
    writes.reset();
    char byte;
    return read(reads.get(), &byte, 1) == 1;
  }
};

int exit_status(int status) {
  return WIFSIGNALED(status) ? kSignalled + WTERMSIG(status) : WEXITSTATUS(status);
}

// It says itself what went wrong.
bool run_helper(const BlockedSignals& signals, const Words& words) {
  pid_t child = check(fork(), "fork");
  if (child == 0) {
    signals.restore();
    execv(kHelper, pointers(words).data());
    fmt::print(stderr, "pptpctl: cannot run {}: {}\n", kHelper, std::strerror(errno));
    _exit(kNotRun);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return exit_status(status) == 0;
}

[[noreturn]] void become(const NamespaceUser& user, const Words& command) {
  enter_user(user);
  execvp(command[0].c_str(), pointers(command).data());
  int error = errno;
  fmt::print(stderr, "pptpctl: cannot run {}: {}\n", command[0], std::strerror(error));
  std::fflush(stderr);
  _exit(error == ENOENT ? kNotFound : kNotExecutable);
}

// The child. `created` tells the parent that the namespace exists, `connected` tells the child that
// it has a way out.
[[noreturn]] void run_inside(const BlockedSignals& signals, Gate& created, Gate& connected,
                             const Words& name_servers, const NamespaceUser& user,
                             const Words& command) {
  try {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    create_namespaces();
    created.open();
    if (!connected.wait()) _exit(kNotRun);
    hide_resolvers(name_servers);
    signals.restore();
    become(user, command);
  } catch (const std::exception& error) {
    fmt::print(stderr, "pptpctl: cannot {}\n", error.what());
    std::fflush(stderr);
    _exit(kNotRun);
  }
}

// The terminal sends its signals to the command, too: only those of other processes are passed on.
int wait_for_command(const BlockedSignals& signals, pid_t child) {
  for (int status = 0;;) {
    auto info = signals.wait();
    if (info.si_signo == SIGCHLD) {
      if (waitpid(child, &status, WNOHANG) == child) return exit_status(status);
    } else if (info.si_code <= 0) {
      kill(child, info.si_signo);
    }
  }
}

int run(const std::string& tunnel, const std::string& number, const Words& name_servers,
        const NamespaceUser& user, const Words& command) {
  BlockedSignals signals;
  Gate created, connected;
  pid_t child = check(fork(), "fork");
  if (child == 0) run_inside(signals, created, connected, name_servers, user, command);
  connected.reads.reset();
  auto process = std::to_string(child);
  bool ready = created.wait() && run_helper(signals, {kHelper, "enter", tunnel, process, number});
  if (ready) connected.open();
  connected.writes.reset();  // or the child ends
  int status = wait_for_command(signals, child);
  run_helper(signals, {kHelper, "leave", process});
  return status;
}

}  // namespace

int exec_command(const Arguments& arguments) try {
  const auto& words = arguments.operands();
  if (words.size() < 2)
    throw UsageError{"exec: takes a tunnel and a command: pptpctl exec TUNNEL -- COMMAND"};
  const auto& tunnel = words[0];
  if (!up_file_path(tunnel))
    throw UsageError{fmt::format("exec: '{}' is no name of a tunnel", printable(tunnel))};
  if (geteuid() != 0)
    throw Refused(
        fmt::format("run a command in the tunnel {}: only root can create a network namespace that "
                    "is connected with this host; --user NAME then runs the command as a user",
                    tunnel));
  auto user = find_user(arguments.value("user"));
  return run(tunnel, arguments.value("number"), name_servers_of(tunnel, arguments.value("dns")),
             user, {words.begin() + 1, words.end()});
} catch (const std::exception& error) {
  fmt::print(stderr, "pptpctl: cannot {}\n", error.what());
  return kNotRun;
}

}  // namespace callgate
