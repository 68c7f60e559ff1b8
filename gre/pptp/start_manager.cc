// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/start_manager.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>

#include "common/channel/manager_socket.hh"
#include "config.hh"
#include "gre/pptp/exec.hh"

namespace callgate {
namespace {

constexpr int kListener = 3;  // SD_LISTEN_FDS_START

// The manager will serve other users too, so it does not inherit what steers the first caller's
// process, such as the NOTIFY_SOCKET of pppd's service or a library path. Variables of sanitizers
// and of our own tests are passed on.
std::vector<std::string> manager_environment(const std::string& socket_path) {
  std::vector<std::string> kept{"PPTP_CALLMGR_SOCKET=" + socket_path, "LISTEN_FDS=1",
                                fmt::format("LISTEN_PID={}", getpid())};
  for (char** entry = environ; *entry; entry++) {
    std::string_view text = *entry;
    for (auto prefix : {"PATH=", "TZ=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "CALLGATE_"})
      if (text.starts_with(prefix)) kept.emplace_back(text);
  }
  return kept;
}

// Runs in the grandchild, which becomes a daemon and then the manager. Returns errno.
int become_manager(int listener, const std::string& socket_path, const ManagerProgram& program) {
  reset_signals();
  umask(022);
  check(chdir("/"), "enter /");
  int null = check(open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null");
  for (int standard = 0; standard <= 2; standard++) check(dup2(null, standard), "use /dev/null");
  close_on_exec_from(kListener);
  // dup2() onto the same number would leave close-on-exec set, so it gets a copy.
  int copy = copy_above(listener, kListener + 1, "duplicate the socket");
  check(dup2(copy, kListener), "duplicate the socket to {}", kListener);
  return exec(program.path, program.arguments, manager_environment(socket_path));
}

[[noreturn]] void run_manager(int report, int listener, const std::string& socket_path,
                              const ManagerProgram& program) {
  int error = EIO;
  try {
    // Moves it away from the numbers that become_manager() uses.
    report = copy_above(report, kListener + 1, "keep the pipe");
    error = become_manager(listener, socket_path, program);
  } catch (const OsError& failure) {
    error = failure.code().value();
  }
  [[maybe_unused]] ssize_t told = write(report, &error, sizeof error);
  _exit(127);
}

// Forks twice, so that the manager is not our child and pppd does not wait for it. The exec closes
// the pipe; if the exec fails, the pipe brings errno, which is thrown as OsError.
void spawn(int listener, const std::string& socket_path, const ManagerProgram& program) {
  int ends[2];
  check(pipe2(ends, O_CLOEXEC), "create a pipe");
  UniqueFd result(ends[0]), report(ends[1]);
  pid_t child = check(fork(), "fork");
  if (child == 0) {
    setsid();
    pid_t manager = fork();
    if (manager == 0) run_manager(report.get(), listener, socket_path, program);
    _exit(manager < 0 ? 1 : 0);
  }
  report.reset();
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) throw OsError(EAGAIN, "fork " + program.path);
  int error = 0;
  if (read(result.get(), &error, sizeof error) == sizeof error)
    throw OsError(error, "start " + program.path);
}

// A manager that we start is in our control group. If that is the group of a unit, systemd ends the
// manager with this unit, and so the tunnels of other units. So systemd itself starts the manager
// if it is process 1 of this network: from its socket, in a group of its own. This has no effect if
// the units are not installed or are masked.
void ask_systemd_to_listen(const std::string& socket_path) {
  if (geteuid() != 0 || socket_path != CALLGATE_RUNTIME_DIR "/callmgr.sock") return;
  if (access("/run/systemd/system", F_OK) != 0) return;
  struct stat first, ours;
  if (stat("/proc/1/ns/net", &first) != 0 || stat("/proc/self/ns/net", &ours) != 0 ||
      first.st_ino != ours.st_ino)
    return;
  pid_t child = check(fork(), "fork");
  if (child == 0) {
    reset_signals();
    close_on_exec_from(0);
    execlp("timeout", "timeout", "10", "systemctl", "--quiet", "start", "pptp-callmgr.socket",
           nullptr);
    _exit(127);
  }
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

ManagerProgram installed_manager() {
  return {CALLGATE_LIBEXEC_DIR "/pptp-callmgr", {"pptp-callmgr", "--idle-exit", "5"}};
}

std::optional<Channel> connect_if_served(const std::string& socket_path) {
  try {
    return Channel::connect(socket_path);
  } catch (const OsError& failure) {
    int error = failure.code().value();
    if (error == ENOENT || error == ECONNREFUSED) return std::nullopt;
    throw;
  }
}

Channel connect_or_start(const std::string& socket_path, const ManagerProgram& program) {
  if (auto channel = connect_if_served(socket_path)) return std::move(*channel);
  ask_systemd_to_listen(socket_path);
  if (auto channel = connect_if_served(socket_path)) return std::move(*channel);
  make_socket_directory(socket_path);
  auto held = lock_manager_socket(socket_path);
  // Another pptp may have started one while this one waited for the lock.
  if (auto channel = connect_if_served(socket_path)) return std::move(*channel);
  auto listener = listen_on_manager_socket(socket_path);
  try {
    spawn(listener.get(), socket_path, program);
  } catch (const OsError&) {
    unlink(socket_path.c_str());
    throw;
  }
  return Channel::connect(socket_path);
}

}  // namespace callgate
