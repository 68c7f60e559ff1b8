// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/exec.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

}  // namespace

void open_standard_descriptors() {
  for (int fd = 0; fd <= 2; fd++)
    if (fcntl(fd, F_GETFD) < 0) check(open("/dev/null", O_RDWR), "open /dev/null");
}

// The kernel answers EINVAL if `lowest` is beyond the limit of descriptors, and EMFILE if all below
// the limit are in use. For a user both are the same.
int copy_above(int fd, int lowest, const char* what) {
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, lowest);
  if (copy < 0) throw OsError(errno == EINVAL ? EMFILE : errno, what);
  return copy;
}

void close_on_exec_from(int first) {
  check(close_range(static_cast<unsigned>(first), ~0U, CLOSE_RANGE_CLOEXEC),
        "mark descriptors from {} to be closed", first);
}

void unblock_signals() {
  signal(SIGCHLD, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void block_signals() {
  sigset_t ending;
  sigemptyset(&ending);
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&ending, signal);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
}

void reset_signals() {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  unblock_signals();
}

int exec(const std::string& program, const std::vector<std::string>& arguments,
         const std::vector<std::string>& environment) {
  execvpe(program.c_str(), pointers(arguments).data(), pointers(environment).data());
  return errno;
}

int exec(const std::string& program, const std::vector<std::string>& arguments) {
  execvp(program.c_str(), pointers(arguments).data());
  return errno;
}

}  // namespace callgate
