// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/start_manager.hh"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <cstring>

#include "config.hh"
#include "gre/exec.hh"

namespace callgate {
namespace {

constexpr time_t kLockPatience = 10;  // s; starting a manager takes milliseconds
constexpr int kListener = 3;          // SD_LISTEN_FDS_START

// Who a manager started by us will be, and who may use it: ourselves, unless we are root.
struct Owner {
  uid_t user = geteuid();
  gid_t group = getegid();
  mode_t socket_mode = 0600;
  mode_t directory_mode = 0700;
};

Owner manager_owner() {
  Owner owner;
  if (owner.user != 0) return owner;
  // The manager leaves root for this user, and has to unlink the socket when it goes.
  if (const passwd* user = getpwnam(CALLGATE_USER)) owner.user = user->pw_uid;
  owner.directory_mode = 0755;
  if (const group* group = getgrnam(CALLGATE_GROUP)) {
    owner.group = group->gr_gid;
    owner.socket_mode = 0660;
  }
  return owner;
}

// Interrupts a system call that would wait for ever. It fires again and again, so that it cannot
// be lost by coming just before the call.
class Alarm {
 public:
  explicit Alarm(time_t seconds) {
    struct sigaction wake {};
    wake.sa_handler = [](int) {};
    sigaction(SIGALRM, &wake, &before_);
    itimerval timer{.it_interval = {.tv_sec = 1, .tv_usec = 0},
                    .it_value = {.tv_sec = seconds, .tv_usec = 0}};
    setitimer(ITIMER_REAL, &timer, nullptr);
  }
  ~Alarm() {
    itimerval off{};
    setitimer(ITIMER_REAL, &off, nullptr);
    sigaction(SIGALRM, &before_, nullptr);
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

 private:
  struct sigaction before_ {};
};

// Where the owner cannot be changed (a user namespace that does not know the group), it stays ours
// alone.
void hand_to(const std::string& path, const Owner& owner, mode_t mode, mode_t mode_if_ours) {
  bool given = geteuid() != 0 || chown(path.c_str(), owner.user, owner.group) == 0;
  check(chmod(path.c_str(), given ? mode : mode_if_ours), "set the mode of {}", path);
}

std::string directory_of(const std::string& path) {
  auto slash = path.rfind('/');
  return slash == path.npos ? "." : path.substr(0, std::max<size_t>(slash, 1));
}

// An existing directory is taken as it is: systemd or the administrator made it.
void make_directory(const std::string& path, const Owner& owner) {
  if (mkdir(path.c_str(), owner.directory_mode) != 0) {
    if (errno == EEXIST) return;
    throw CannotStartHere(errno, "create the directory " + path);
  }
  hand_to(path, owner, owner.directory_mode, owner.directory_mode);
}

// A name that is taken by anything but a socket stays, and bind() says so.
void remove_stale_socket(const std::string& path) {
  struct stat info;
  if (lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode))
    check(unlink(path.c_str()), "remove the stale socket {}", path);
}

UniqueFd listen_at(const std::string& path, const Owner& owner) {
  UniqueFd fd(check(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "create a Unix socket"));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw OsError(ENAMETOOLONG, "bind " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  remove_stale_socket(path);
  mode_t before = umask(0177);  // nobody else until owner and mode are right
  int bound = bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  umask(before);
  check(bound, "bind {}", path);
  hand_to(path, owner, owner.socket_mode, 0600);
  check(listen(fd.get(), SOMAXCONN), "listen on {}", path);
  return fd;
}

// Nothing that steers the first caller's process steers a manager that will serve others too:
// no NOTIFY_SOCKET of pppd's service, no library path. Sanitizers and our own tests are let
// through.
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

// In the grandchild: a daemon's surroundings, then the manager. Returns errno.
int become_manager(int listener, const std::string& socket_path, const ManagerProgram& program) {
  reset_signals();
  umask(022);
  check(chdir("/"), "enter /");
  int null = check(open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null");
  for (int standard = 0; standard <= 2; standard++) check(dup2(null, standard), "use /dev/null");
  close_on_exec_from(kListener);
  // A copy first: dup2 onto itself would leave close-on-exec set.
  int copy = check(fcntl(listener, F_DUPFD_CLOEXEC, kListener + 1), "duplicate the socket");
  check(dup2(copy, kListener), "duplicate the socket to {}", kListener);
  return exec(program.path, program.arguments, manager_environment(socket_path));
}

[[noreturn]] void run_manager(int report, int listener, const std::string& socket_path,
                              const ManagerProgram& program) {
  int error = EIO;
  try {
    // Out of the way of the descriptors that get fixed numbers.
    report = check(fcntl(report, F_DUPFD_CLOEXEC, 16), "keep the pipe");
    error = become_manager(listener, socket_path, program);
  } catch (const OsError& failure) {
    error = failure.code().value();
  }
  [[maybe_unused]] ssize_t told = write(report, &error, sizeof error);
  _exit(127);
}

// Two forks: the manager belongs to nobody, and pppd does not wait for it. Throws OsError if the
// program could not be executed; the pipe closes by itself when it was.
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

}  // namespace

ManagerProgram installed_manager() {
  return {CALLGATE_LIBEXEC_DIR "/pptp-callmgr", {"pptp-callmgr", "--idle-exit", "5"}};
}

StartLock::StartLock(const std::string& socket_path) {
  Owner owner = manager_owner();
  make_directory(directory_of(socket_path), owner);
  auto path = socket_path + ".lock";
  // Nobody else may open it: whoever can, can hold up every start.
  int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
  fd_ = UniqueFd(open(path.c_str(), flags, 0600));
  if (!fd_) throw CannotStartHere(errno, "open " + path);
  hand_to(path, owner, 0600, 0600);
  Alarm alarm(kLockPatience);
  if (flock(fd_.get(), LOCK_EX) != 0)
    throw OsError(errno == EINTR ? ETIMEDOUT : errno, "lock " + path);
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
  StartLock lock(socket_path);
  // Another pptp may have been faster.
  if (auto channel = connect_if_served(socket_path)) return std::move(*channel);
  UniqueFd listener = listen_at(socket_path, manager_owner());
  try {
    spawn(listener.get(), socket_path, program);
  } catch (const OsError&) {
    unlink(socket_path.c_str());
    throw;
  }
  return Channel::connect(socket_path);
}

}  // namespace callgate
