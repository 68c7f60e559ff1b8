// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/child.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "common/system/os_error.hh"
#include "common/system/unique_fd.hh"

namespace callgate::diagnose::live {
namespace {

// Returns false at the end of the output.
bool take(int fd, std::string& text) {
  char buffer[65536];
  ssize_t size = read(fd, buffer, sizeof buffer);
  if (size < 0) return errno == EINTR || errno == EAGAIN;
  text.append(buffer, static_cast<size_t>(size));
  return size > 0 && text.size() < Output::kMax;
}

Output collect(pid_t child, UniqueFd from, TimePoint deadline) {
  Output output;
  pollfd waiting{from.get(), POLLIN, 0};
  while (!output.timed_out) {
    int ready = poll(&waiting, 1, milliseconds_until(deadline));
    if (ready > 0 && !take(from.get(), output.text)) break;
    output.timed_out = ready == 0;
  }
  // A child that has closed the pipe has no more output.
  if (output.timed_out || output.text.size() >= Output::kMax) kill(child, SIGKILL);
  from.reset();
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) output.status = WEXITSTATUS(status);
  return output;
}

Output in_child(TimePoint deadline, const std::function<void(int)>& body) {
  int ends[2];
  check(pipe2(ends, O_CLOEXEC), "create a pipe");
  UniqueFd from(ends[0]), to(ends[1]);
  pid_t child = check(fork(), "start a process");
  if (child == 0) {
    alarm(static_cast<unsigned>(milliseconds_until(deadline)) / 1000 + 1);  // in case we are killed
    body(to.get());
    _exit(127);
  }
  to.reset();
  return collect(child, std::move(from), deadline);
}

}  // namespace

int milliseconds_until(TimePoint deadline) {
  auto left = std::chrono::ceil<Duration>(deadline - Clock::now()).count();
  return left < 0 ? 0 : static_cast<int>(std::min<int64_t>(left, 60'000));
}

Output ask_child(TimePoint deadline, const std::function<std::string()>& work) {
  return in_child(deadline, [&](int to) {
    try {
      auto text = work();
      if (write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size())) _exit(0);
    } catch (const std::exception&) {
    }
    _exit(1);
  });
}

Output run_program(TimePoint deadline, const std::vector<std::string>& words, Errors errors) {
  auto path = find_program(words.front());
  if (path.empty()) return {.status = 127};
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  return in_child(deadline, [&](int to) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDIN_FILENO);
    dup2(to, STDOUT_FILENO);
    dup2(errors == Errors::joined ? to : null, STDERR_FILENO);
    setenv("LC_ALL", "C", 1);
    execv(path.c_str(), arguments.data());
  });
}

std::string find_program(const std::string& name) {
  if (name.find('/') != name.npos) return access(name.c_str(), X_OK) == 0 ? name : std::string();
  const char* from_environment = getenv("PATH");
  std::string path = from_environment ? from_environment : "";
  path += ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
  for (size_t start = 0; start < path.size();) {
    auto end = std::min(path.find(':', start), path.size());
    auto candidate = path.substr(start, end - start) + "/" + name;
    if (candidate[0] == '/' && access(candidate.c_str(), X_OK) == 0) return candidate;
    start = end + 1;
  }
  return {};
}

FileText read_file(const std::string& path, size_t most) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return {.error = errno};
  FileText file;
  while (file.text.size() < most) {
    char buffer[65536];
    ssize_t size = read(fd.get(), buffer, std::min(sizeof buffer, most - file.text.size()));
    if (size < 0) file.error = errno;
    if (size <= 0) break;
    file.text.append(buffer, static_cast<size_t>(size));
  }
  return file;
}

}  // namespace callgate::diagnose::live
