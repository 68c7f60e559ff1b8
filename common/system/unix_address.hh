// SPDX-License-Identifier: GPL-2.0-or-later
// The address of a Unix socket with a path.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace callgate {

struct UnixAddress {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  socklen_t length = sizeof address;

  // Returns nullopt if the path is too long for an address.
  static std::optional<UnixAddress> of(std::string_view path) {
    UnixAddress result;
    if (path.size() >= sizeof result.address.sun_path) return std::nullopt;
    std::copy(path.begin(), path.end(), result.address.sun_path);
    return result;
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
};

}  // namespace callgate
