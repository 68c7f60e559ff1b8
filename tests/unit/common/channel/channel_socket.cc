// SPDX-License-Identifier: GPL-2.0-or-later
// A Channel over a real SOCK_SEQPACKET pair: one record is one message, and a bad one is known.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdlib>
#include <cstring>

#include "common/channel/channel.hh"
#include "common/system/os_error.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/common/channel/channel_samples.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

struct Pair {
  Channel near, far;

  static Pair make() {
    int fds[2];
    check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), "socketpair");
    return {Channel(UniqueFd(fds[0])), Channel(UniqueFd(fds[1]))};
  }
  void send_raw(size_t size, uint8_t octet = 0xFF) {
    Bytes record(size, octet);
    REQUIRE(::send(far.fd(), record.data(), size, 0) == static_cast<ssize_t>(size));
  }
  // A good message, and descriptors with it.
  void pass(const ChannelMessage& good, std::vector<int> descriptors) {
    Bytes record = encode(good);
    iovec vector{record.data(), record.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(4 * sizeof(int))> control{};
    size_t size = descriptors.size() * sizeof(int);
    msghdr message{};
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(size);
    *CMSG_FIRSTHDR(&message) = {CMSG_LEN(size), SOL_SOCKET, SCM_RIGHTS};
    std::memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), descriptors.data(), size);
    REQUIRE(sendmsg(far.fd(), &message, 0) == static_cast<ssize_t>(record.size()));
  }
};

template <typename Wanted>
bool is(const Channel::Received& received) {
  return std::holds_alternative<Wanted>(received);
}

}  // namespace

TEST_CASE("every message passes through a channel, one record each") {
  auto pair = Pair::make();
  for (const auto& sample : channel_samples()) REQUIRE(pair.far.send(sample));
  for (const auto& sample : channel_samples()) {
    auto received = pair.near.receive();
    REQUIRE(is<ChannelMessage>(received));
    CHECK(std::get<ChannelMessage>(received) == sample);
  }
  CHECK(is<Channel::Nothing>(pair.near.receive()));
}

TEST_CASE("a channel tells that the other side is gone, after its last message") {
  auto pair = Pair::make();
  REQUIRE(pair.far.send(GatewayReady{}));
  pair.far.release().reset();
  CHECK(is<ChannelMessage>(pair.near.receive()));
  CHECK(is<Channel::Closed>(pair.near.receive()));
  CHECK_FALSE(pair.near.send(GatewayReady{}));
}

TEST_CASE("a record that is no message is invalid, and the next one is read as it should be") {
  auto pair = Pair::make();
  pair.send_raw(3, GatewayReady::kTag);
  REQUIRE(pair.far.send(GatewayReady{}));
  CHECK(is<Channel::Invalid>(pair.near.receive()));
  CHECK(is<ChannelMessage>(pair.near.receive()));
}

TEST_CASE("a record of a kind that a newer sender may know is told from a malformed one") {
  auto pair = Pair::make();
  pair.send_raw(3, 0xFF);
  auto received = pair.near.receive();
  REQUIRE(is<Channel::Unknown>(received));
  CHECK(std::get<Channel::Unknown>(received).tag == 0xFF);
}

namespace {

// Whether anybody holds the other end of a pipe.
bool has_reader(const UniqueFd& write_end) {
  pollfd reader{.fd = write_end.get(), .events = 0, .revents = 0};
  return poll(&reader, 1, 0) == 0;
}

struct Pipe {
  UniqueFd read_end, write_end;
  Pipe() {
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
  }
};

}  // namespace

TEST_CASE("descriptors that nobody asked for are closed, and their sender is known for it") {
  auto pair = Pair::make();
  Pipe pipe;
  pair.pass(GatewayReady{}, {pipe.read_end.get()});
  pipe.read_end.reset();
  CHECK(is<Channel::Burdened>(pair.near.receive()));
  CHECK_FALSE(has_reader(pipe.write_end));
  CHECK(is<Channel::Nothing>(pair.near.receive()));
}

TEST_CASE("a message that may pass a descriptor passes one, which lives until it is taken or not") {
  auto pair = Pair::make();
  Pipe pipe;
  for (const ChannelMessage& may :
       {ChannelMessage(CaptureRequest{}), ChannelMessage(CaptureBegin{})}) {
    REQUIRE(pair.far.send(may, pipe.read_end.get()));
    CHECK(is<ChannelMessage>(pair.near.receive()));
    auto taken = pair.near.take_passed();
    REQUIRE(taken);
    CHECK((fcntl(taken.get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK_FALSE(pair.near.take_passed());
  }
  REQUIRE(pair.far.send(CaptureRequest{}, pipe.read_end.get()));
  pipe.read_end.reset();
  CHECK(is<ChannelMessage>(pair.near.receive()));
  CHECK(has_reader(pipe.write_end));
  CHECK(is<Channel::Nothing>(pair.near.receive()));
  CHECK_FALSE(has_reader(pipe.write_end));
}

TEST_CASE("more descriptors than one are too many, and all are closed") {
  for (size_t count : {2, 4}) {
    auto pair = Pair::make();
    Pipe pipe;
    pair.pass(CaptureRequest{}, std::vector<int>(count, pipe.read_end.get()));
    pipe.read_end.reset();
    CHECK(is<Channel::Burdened>(pair.near.receive()));
    CHECK_FALSE(has_reader(pipe.write_end));
    CHECK_FALSE(pair.near.take_passed());
  }
}

TEST_CASE("a record longer than any message is invalid, not cut") {
  auto pair = Pair::make();
  pair.send_raw(kMaxChannelMessage + 1);
  CHECK(is<Channel::Invalid>(pair.near.receive()));
  CHECK(is<Channel::Nothing>(pair.near.receive()));
}

TEST_CASE("sending to a peer that does not read fails rather than blocks") {
  auto pair = Pair::make();
  fcntl(pair.far.fd(), F_SETFL, 0);  // even where the socket itself would block
  int sent = 0;
  while (sent < 100'000 && pair.far.send(GatewayReady{})) sent++;
  CHECK(sent > 0);
  CHECK(sent < 100'000);
}

TEST_CASE("a channel to where nobody listens throws, and names the place") {
  try {
    Channel::connect("/nonexistent/callmgr.sock");
    FAIL("connected");
  } catch (const OsError& error) {
    CHECK(error.code().value() == ENOENT);
    CHECK(std::string(error.what()).find("/nonexistent/callmgr.sock") != std::string::npos);
  }
}

TEST_CASE("a socket path that does not fit is an error, not cut") {
  try {
    Channel::connect("/" + std::string(108, 'x'));
    FAIL("connected");
  } catch (const OsError& error) {
    CHECK(error.code().value() == ENAMETOOLONG);
  }
}

TEST_CASE("PPTP_CALLMGR_SOCKET names the socket; unset or empty it is the compiled-in one") {
  setenv("PPTP_CALLMGR_SOCKET", "/tmp/elsewhere.sock", 1);
  CHECK(callmgr_socket_path() == "/tmp/elsewhere.sock");
  setenv("PPTP_CALLMGR_SOCKET", "", 1);
  CHECK(callmgr_socket_path().ends_with("/callmgr.sock"));
  unsetenv("PPTP_CALLMGR_SOCKET");
  CHECK(callmgr_socket_path().ends_with("/callmgr.sock"));
}

TEST_CASE("the network namespace of a process is the same every time it asks") {
  CHECK(network_namespace() != 0);
  CHECK(network_namespace() == network_namespace());
}
