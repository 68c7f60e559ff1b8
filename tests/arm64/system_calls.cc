// SPDX-License-Identifier: GPL-2.0-or-later
// Calls the functions of the C library that our programs call once they are confined. The emulator
// prints which system calls the C library makes of them on this processor: see
// check_system_calls.py.
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>

namespace {

int pair[2], control, v4, text = 0;
iovec vector{&text, sizeof text};
msghdr message{};
sockaddr_in any{};

void handle(int) {}

// Failures do not matter: the call has been made.
void what_everybody_does() {
  free(malloc(1 << 20));
  free(realloc(malloc(1 << 20), 1 << 22));
  mprotect(mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096,
           PROT_READ | PROT_WRITE);
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  clock_gettime(CLOCK_BOOTTIME, &now);
  time(nullptr);
  getrandom(&text, sizeof text, 0);
  struct sigaction action {};
  action.sa_handler = handle;
  sigaction(SIGUSR1, &action, nullptr);
  sigset_t signals;
  sigemptyset(&signals);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  send(pair[0], &text, sizeof text, MSG_DONTWAIT);
  recv(pair[1], &text, sizeof text, MSG_DONTWAIT);
  sendmsg(pair[0], &message, MSG_DONTWAIT);
  recvmsg(pair[1], &message, MSG_DONTWAIT);
  write(pair[0], &text, sizeof text);
  read(pair[1], &text, sizeof text);
  writev(pair[0], &vector, 1);
  socklen_t size = sizeof text;
  getsockopt(pair[0], SOL_SOCKET, SO_ERROR, &text, &size);
  sockaddr_un log{AF_UNIX, "/dev/log"};
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  connect(fd, reinterpret_cast<sockaddr*>(&log), sizeof log);
  sendto(fd, &text, sizeof text, MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&log), sizeof log);
  close(fd);
  syslog(LOG_DEBUG, "a line");
  getpid();
}

void what_the_gateway_does() {
  pollfd one{pair[0], POLLIN, 0};
  poll(&one, 1, 0);
  timespec none{};
  ppoll(&one, 1, &none, nullptr);
  bind(v4, reinterpret_cast<sockaddr*>(&any), sizeof any);
  setsockopt(v4, SOL_SOCKET, SO_LOCK_FILTER, &text, sizeof text);
  connect(v4, reinterpret_cast<sockaddr*>(&any), sizeof any);
  mmsghdr batch{message, 0};
  sendmmsg(pair[0], &batch, 1, MSG_DONTWAIT);
  recvmmsg(pair[1], &batch, 1, MSG_DONTWAIT, nullptr);
  shutdown(pair[0], SHUT_WR);
}

void what_the_manager_does() {
  int fd = epoll_create1(EPOLL_CLOEXEC), timer = timerfd_create(CLOCK_MONOTONIC, 0);
  epoll_event event{};
  write(STDERR_FILENO, "begin\n", 6);  // libevent opens those two before the manager is confined
  epoll_ctl(fd, EPOLL_CTL_ADD, timer, &event);
  epoll_wait(fd, &event, 1, 0);
  itimerspec at{};
  timerfd_settime(timer, 0, &at, nullptr);
  accept4(control, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  int tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  setsockopt(tcp, IPPROTO_TCP, 1, &text, sizeof text);
  bind(tcp, reinterpret_cast<sockaddr*>(&any), sizeof any);
  socklen_t size = sizeof any;
  getsockname(tcp, reinterpret_cast<sockaddr*>(&any), &size);
  int directory = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  flock(directory, LOCK_EX | LOCK_NB);
  timespec moment{0, 1000};
  nanosleep(&moment, nullptr);
  clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, nullptr);
  unlink("/tmp/callgate-no-such-file");
  struct stat info;
  fstat(memfd_create("image", MFD_CLOEXEC), &info);
  int ends[2];
  pipe2(ends, O_CLOEXEC);
  pollfd one{ends[0], POLLIN, 0};
  poll(&one, 1, 0);
}

void what_the_manager_does_for_routes() {
  socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
  if (fork() == 0) {
    dup2(pair[0], 50);  // not 3, which is the log of the emulator
    close_range(100, ~0U, 0);
    access("/run/systemd/journal/socket", W_OK);
    rlimit limit;
    getrlimit(RLIMIT_CORE, &limit);
    setrlimit(RLIMIT_CORE, &limit);
    _exit(0);
  }
}

}  // namespace

int main(int, char** words) {
  std::string_view who = words[1];
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair);
  control = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  v4 = socket(AF_INET, SOCK_DGRAM, 0);
  any.sin_family = AF_INET;
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  tzset();  // as common/system/log.cc does
  openlog("test", LOG_PID | LOG_NDELAY, LOG_DAEMON);
  write(STDERR_FILENO, "begin\n", 6);
  if (who == "gateway") what_the_gateway_does();
  if (who == "manager") what_the_manager_does();
  if (who == "routes") what_the_manager_does_for_routes();
  what_everybody_does();  // and the secret holder nothing else
  abort();
}
