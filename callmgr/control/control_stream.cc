// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/control_stream.hh"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "common/wire/ip_address.hh"

namespace callgate {

void ControlStream::start() {
  readable_ = loop_.on_readable(socket(), [this] { readable(); });
  writable_ = loop_.on_writable(socket(), [this] { flush(); });
  readable_.start();
  flush();
}

void ControlStream::readable() {
  std::array<uint8_t, 4096> buffer;
  ssize_t size = recv(socket(), buffer.data(), buffer.size(), 0);
  if (size > 0) return received_(ByteSpan(buffer).first(static_cast<size_t>(size)));
  if (size == 0) return ended_(reset_ ? ECONNRESET : 0);
  if (errno != EAGAIN && errno != EINTR) ended_(errno);
}

void ControlStream::send(ByteSpan bytes) {
  unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
  flush();
}

void ControlStream::flush() {
  while (is_open() && !unsent_.empty()) {
    ssize_t size = ::send(socket(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (size < 0) {
      if (errno == ECONNRESET) reset_ = true;  // later recv() only says that the stream has ended
      break;
    }
    unsent_.erase(unsent_.begin(), unsent_.begin() + size);
  }
  if (!is_open()) return;
  if (unsent_.empty()) return writable_.stop();
  writable_.start();
}

void ControlStream::close() {
  readable_ = {};
  writable_ = {};
  socket_.reset();
}

uint16_t ControlStream::local_port() const {
  SocketAddress own;
  if (!is_open() || getsockname(socket(), own.get(), &own.length) < 0) return 0;
  return own.port();
}

}  // namespace callgate
