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
  struct Burdened {};  // a record that may not pass these descriptors; they are closed: likewise
  struct Unknown {     // a record of a kind that we do not know: its sender may be newer
    uint8_t tag;
  };
  using Received = std::variant<Nothing, Closed, Invalid, Burdened, Unknown, ChannelMessage>;

  explicit Channel(UniqueFd fd) : fd_(std::move(fd)) {}

  // Connects to the call manager. Throws OsError. EPERM: the listener is neither root, nor the
  // manager's user, nor us.
  static Channel connect(const std::string& path);

  int fd() const { return fd_.get(); }
  [[nodiscard]] UniqueFd release() { return std::move(fd_); }

  // One record, whole or not at all, with a descriptor unless `passed` is -1. False if the other
  // side is gone or does not read.
  bool send(const ChannelMessage& message, int passed = -1) {
    return send_record(encode(message), passed);
  }
  bool send_record(ByteSpan record, int passed = -1);  // an encoded message
  Received receive();
  // The descriptor that came with the last message, if that was one that may pass one.
  [[nodiscard]] UniqueFd take_passed() { return std::move(passed_); }

 private:
  UniqueFd fd_, passed_;
};

// PPTP_CALLMGR_SOCKET from the environment, else the compiled-in place.
std::string callmgr_socket_path();

// The inode of this process's network namespace. A manager and its gateways must be in the same
// one: TCP and GRE of a call belong together.
uint64_t network_namespace();

}  // namespace callgate
