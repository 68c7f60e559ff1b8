// SPDX-License-Identifier: GPL-2.0-or-later
// The least that a client can do between its start and its Outgoing-Call-Request at the server: one
// process opens a raw socket, connects, and sends the messages itself. It has no manager, looks up
// no name, sets no route, drops no privilege and checks nothing. scripts/bench/connect measures it.
//
//   connect_floor SERVER
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/system/os_error.hh"
#include "common/wire/control_message.hh"

using namespace callgate;

namespace {

constexpr uint16_t kPort = 1723;

void send_message(int socket, const ControlMessage& message) {
  auto octets = encode(message);
  check(send(socket, octets.data(), octets.size(), 0), "send");
}

int connect_to(const char* server) {
  sockaddr_in address{
      .sin_family = AF_INET, .sin_port = htons(kPort), .sin_addr = {}, .sin_zero = {}};
  check(inet_pton(AF_INET, server, &address.sin_addr) - 1, "understand {}", server);
  int control = check(socket(AF_INET, SOCK_STREAM, 0), "create a socket");
  check(connect(control, reinterpret_cast<sockaddr*>(&address), sizeof address), "connect");
  int at_once = 1;
  check(setsockopt(control, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once), "set TCP_NODELAY");
  return control;
}

}  // namespace

int main(int, char** argv) {
  check(socket(AF_INET, SOCK_RAW, IPPROTO_GRE), "create a raw socket");
  int control = connect_to(argv[1]);
  send_message(control, StartControlConnectionRequest{});
  std::array<uint8_t, StartControlConnectionReply::kSize> reply;
  check(recv(control, reply.data(), reply.size(), MSG_WAITALL), "receive");
  send_message(control, OutgoingCallRequest{.call_id = CallId{1}, .receive_window = 64});
  pause();
}
