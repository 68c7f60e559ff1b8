// SPDX-License-Identifier: GPL-2.0-or-later
// One end of a tunnel of the kernel's own PPTP (pptp.ko, ppp_generic, ppp_mppe), with fixed call
// IDs and keys and without any negotiation. scripts/bench/tunnel compares Callgate with it.
//
//   kernel_pptp OWN-ADDRESS OWN-CALL-ID PEER-ADDRESS PEER-CALL-ID client|server plain|mppe
//
// Call IDs belong to the whole machine, and not to a network namespace.
//
// It prints "ready", "open" and "up on DEVICE", and reads a line after each, so that both ends go
// on together. The kernel begins to encrypt when it sees the answers to CCP's requests, so each end
// sends such an answer between the first two lines.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_pppox.h>
#include <linux/ppp-ioctl.h>
#include <linux/ppp_defs.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "common/system/os_error.hh"

using namespace callgate;

namespace {

constexpr uint8_t kMppe = 18, kOption = 6;         // CCP's option (RFC 3078) and its length
constexpr uint8_t kStateless = 0x01, k128 = 0x40;  // in its first and last byte
constexpr size_t kKey = 16;

// The struct is packed, and sockaddr is not.
struct alignas(sockaddr) Address : sockaddr_pppox {};

Address end(const char* address, const char* call_id) {
  Address end{};
  end.sa_family = AF_PPPOX;
  end.sa_protocol = PX_PROTO_PPTP;
  end.sa_addr.pptp.call_id = static_cast<uint16_t>(std::atoi(call_id));
  inet_pton(AF_INET, address, &end.sa_addr.pptp.sin_addr);
  return end;
}

int connected(const Address& from, const Address& to) {
  int fd = check(socket(AF_PPPOX, SOCK_STREAM, PX_PROTO_PPTP), "make a socket of pptp.ko");
  check(bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from), "bind");
  check(connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to), "connect");
  return fd;
}

// Tells the kernel's PPP the key of one direction.
void set_key(int unit, bool transmit, bool client_to_server) {
  std::array<uint8_t, kOption + kKey> option{kMppe, kOption, kStateless, 0, 0, k128};
  option.back() = client_to_server;
  ppp_option_data data{};
  data.ptr = option.data();
  data.length = option.size();
  data.transmit = transmit;
  check(ioctl(unit, PPPIOCSCOMPRESS, &data), "set MPPE's key");
}

void add_flags(int unit, int more) {
  int flags = 0;
  check(ioctl(unit, PPPIOCGFLAGS, &flags), "read PPP's flags");
  flags |= more;
  check(ioctl(unit, PPPIOCSFLAGS, &flags), "set PPP's flags");
}

void say(const char* word) {
  std::puts(word);
  std::fflush(stdout);
  std::array<char, 8> line;
  check(read(STDIN_FILENO, line.data(), line.size()), "read");
}

void agree_on_mppe(int unit) {
  // Protocol CCP, Configure-Ack 1 with the option.
  constexpr std::array<uint8_t, 12> kAnswer{0x80,  0xFD,    2,          1, 0, 10,
                                            kMppe, kOption, kStateless, 0, 0, k128};
  check(write(unit, kAnswer.data(), kAnswer.size()), "send CCP's answer");
}

}  // namespace

int main(int, char** argv) {
  bool server = std::strcmp(argv[5], "server") == 0, encrypt = std::strcmp(argv[6], "mppe") == 0;
  int call = connected(end(argv[1], argv[2]), end(argv[3], argv[4]));
  int number = 0, unit_number = -1;
  check(ioctl(call, PPPIOCGCHAN, &number), "get the channel");
  int channel = check(open("/dev/ppp", O_RDWR), "open /dev/ppp");
  check(ioctl(channel, PPPIOCATTCHAN, &number), "attach the channel");
  int unit = check(open("/dev/ppp", O_RDWR), "open /dev/ppp");
  check(ioctl(unit, PPPIOCNEWUNIT, &unit_number), "make an interface");
  check(ioctl(channel, PPPIOCCONNECT, &unit_number), "connect channel and interface");
  npioctl ip{PPP_IP, NPMODE_PASS};
  check(ioctl(unit, PPPIOCSNPMODE, &ip), "let IP pass");
  if (encrypt) {
    set_key(unit, true, !server);
    set_key(unit, false, server);
    add_flags(unit, SC_CCP_OPEN);
  }
  say("ready");
  if (encrypt) agree_on_mppe(unit);
  say("open");
  if (encrypt) add_flags(unit, SC_CCP_UP);
  std::printf("up on ppp%d\n", unit_number);
  say("");
  pause();
}
