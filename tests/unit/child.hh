// SPDX-License-Identifier: GPL-2.0-or-later
// Runs a piece of code in a child process, for what changes the process for good: privileges,
// standard error.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <string>

#include "common/system/os_error.hh"

namespace callgate::test {

struct ChildResult {
  int status = -1;     // what the code returned, or -1 if a signal or an exception ended it
  std::string output;  // what it wrote to standard error
};

// The child ends without running the parent's exit handlers, and must not use Catch2.
template <typename Code>
ChildResult run_in_child(Code code) {
  int output[2];
  check(pipe(output), "pipe");
  pid_t pid = check(fork(), "fork");
  if (pid == 0) {
    dup2(output[1], STDERR_FILENO);
    close(output[0]);
    close(output[1]);
    try {
      _exit(code());
    } catch (const std::exception& error) {
      dprintf(STDERR_FILENO, "exception: %s\n", error.what());
      _exit(255);
    }
  }
  close(output[1]);
  ChildResult result;
  char buffer[4096];
  for (ssize_t size; (size = read(output[0], buffer, sizeof buffer)) > 0;)
    result.output.append(buffer, static_cast<size_t>(size));
  close(output[0]);
  int status = 0;
  check(waitpid(pid, &status, 0), "wait for the child");
  if (WIFEXITED(status) && WEXITSTATUS(status) != 255) result.status = WEXITSTATUS(status);
  return result;
}

}  // namespace callgate::test
