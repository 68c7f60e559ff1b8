// SPDX-License-Identifier: GPL-2.0-or-later
// An exception for failures of the operating system. It names what was attempted, and on what:
// "bind /run/pptp/callmgr.sock: Permission denied". Expected failures are return values instead.
#pragma once

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace callgate {

class OsError : public std::system_error {
 public:
  OsError(int error, const std::string& attempted)
      : std::system_error(error, std::generic_category(), attempted), attempted_(attempted) {}

  const std::string& attempted() const { return attempted_; }  // what() without the error's text

 private:
  std::string attempted_;
};

// check(bind(...), "bind {}", path) returns the result of a system call, or throws an OsError from
// errno.
template <typename Result, typename... Args>
Result check(Result result, fmt::format_string<Args...> attempted, Args&&... args) {
  if (result < 0) {
    int error = errno;
    throw OsError(error, fmt::format(attempted, std::forward<Args>(args)...));
  }
  return result;
}

}  // namespace callgate
