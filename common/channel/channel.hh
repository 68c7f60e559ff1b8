// SPDX-License-Identifier: GPL-2.0-or-later
// One end of the SOCK_SEQPACKET connection that carries channel_message.hh records.
#pragma once

#include <string>
#include <variant>

#include "common/channel/channel_message.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

class Channel {
 public:
  struct Nothing {};   // no record is waiting (non-blocking socket)
  struct Closed {};    // the other side is gone
  struct Invalid {};   // a record that is no message: hang up on its sender
  struct Burdened {};  // a record with descriptors, unasked for; they are closed: likewise
  struct Unknown {     // a record of a kind that we do not know: its sender may be newer than we
    uint8_t tag;
  };
  using Received = std::variant<Nothing, Closed, Invalid, Burdened, Unknown, ChannelMessage>;

  explicit Channel(UniqueFd fd) : fd_(std::move(fd)) {}

  // Connects to the call manager. Throws OsError; errno tells "nobody listens" from the rest, and
  // EPERM is somebody who is not to be told what we want: neither root, nor the manager's user, nor
  // ourselves.
  static Channel connect(const std::string& path);

  int fd() const { return fd_.get(); }
  [[nodiscard]] UniqueFd release() { return std::move(fd_); }

  // One record, whole or not at all. False if the other side is gone or does not read.
  bool send(const ChannelMessage& message);
  Received receive();

 private:
  UniqueFd fd_;
};

// PPTP_CALLMGR_SOCKET from the environment, else the compiled-in place.
std::string callmgr_socket_path();

// Inode of this process's network namespace: a manager and its gateways must share it, because one
// owns TCP and the others own GRE.
uint64_t network_namespace();

}  // namespace callgate
