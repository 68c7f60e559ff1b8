// SPDX-License-Identifier: GPL-2.0-or-later
// Frames on their way to pppd, through a pipe that may take only a part.
#include "gre/pty_output.hh"

#include <fcntl.h>
#include <sys/socket.h>

#include <csignal>

#include "common/system/os_error.hh"
#include "common/system/unique_fd.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

constexpr size_t kPipeSize = 4096;

struct Pipe {
  UniqueFd out, in;

  Pipe() {
    int fds[2];
    check(pipe2(fds, O_NONBLOCK), "make a pipe");
    out.reset(fds[0]);
    in.reset(fds[1]);
    check(fcntl(in.get(), F_SETPIPE_SZ, kPipeSize), "make the pipe small");
  }

  Bytes drain() {
    Bytes all(1 << 16);
    ssize_t size = read(out.get(), all.data(), all.size());
    all.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return all;
  }
};

Bytes frame(size_t size, uint8_t content) {
  return Bytes(size, content);
}

}  // namespace

TEST_CASE("framed output goes on where the pty stopped, to the last byte") {
  Pipe pipe;
  PtyOutput output(false);
  Bytes expected;
  for (uint8_t i = 1; i <= 200; i++) {
    output.append(frame(1000, i), 0);
    encode_hdlc(frame(1000, i), 0, expected);
  }
  CHECK(output.full());
  CHECK_FALSE(output.stuck());  // no flush yet
  Bytes received;
  while (!output.empty()) {
    CHECK(output.flush(pipe.in.get()) == PtyOutput::Result::ok);
    CHECK(output.stuck() == !output.empty());
    Bytes part = pipe.drain();
    REQUIRE_FALSE(part.empty());
    received.insert(received.end(), part.begin(), part.end());
  }
  CHECK(received == expected);
  CHECK_FALSE(output.full());
}

TEST_CASE("output is full only beyond its bound") {
  PtyOutput output(false);
  while (output.pending() + 1004 <= PtyOutput::kFull) output.append(frame(1000, 0x55), 0);
  CHECK_FALSE(output.full());
  output.append(frame(1000, 0x55), 0);
  CHECK(output.full());
}

TEST_CASE("without framing each frame is one write") {
  int fds[2];
  check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds), "make a socket pair");
  UniqueFd in(fds[0]), out(fds[1]);
  PtyOutput output(true);
  output.append(frame(10, 0x7E), 0xFFFFFFFF);
  output.append(frame(20, 0x03), 0xFFFFFFFF);
  CHECK(output.flush(in.get()) == PtyOutput::Result::ok);
  Bytes buffer(100);
  CHECK(recv(out.get(), buffer.data(), buffer.size(), 0) == 10);
  CHECK(buffer[0] == 0x7E);
  CHECK(recv(out.get(), buffer.data(), buffer.size(), 0) == 20);
  CHECK(output.empty());
}

TEST_CASE("without framing a frame that was taken in part is not continued") {
  Pipe pipe;
  PtyOutput output(true);
  output.append(frame(kPipeSize + 1, 1), 0);
  output.append(frame(100, 2), 0);
  CHECK(output.flush(pipe.in.get()) == PtyOutput::Result::ok);
  CHECK(output.dropped() == 1);
  CHECK(pipe.drain().size() == kPipeSize);
  CHECK(output.flush(pipe.in.get()) == PtyOutput::Result::ok);
  CHECK(pipe.drain() == frame(100, 2));
}

TEST_CASE("a pty whose other end is gone is reported") {
  Pipe pipe;
  pipe.out.reset();
  std::signal(SIGPIPE, SIG_IGN);
  PtyOutput output(false);
  output.append(frame(10, 1), 0);
  CHECK(output.flush(pipe.in.get()) == PtyOutput::Result::closed);
}
