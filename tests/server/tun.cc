// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/server/tun.hh"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include <cstring>

#include "common/system/os_error.hh"
#include "gre/tunnel/large_packets.hh"

namespace callgate::ppp::test {
namespace {

// As <linux/ipv6.h> has it, which cannot be included with <netinet/in.h>.
struct In6Ifreq {
  in6_addr address;
  uint32_t prefix_length;
  int interface;
};

ifreq request(const std::string& name) {
  ifreq made{};
  name.copy(made.ifr_name, IFNAMSIZ - 1);
  return made;
}

void control(const std::string& name, unsigned long what, void* argument) {
  UniqueFd any(check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
  check(ioctl(any.get(), what, argument), "ioctl {:#x} of {}", what, name);
}

void set_address(const std::string& name, unsigned long what, Ipv4 address) {
  ifreq made = request(name);
  sockaddr_in value{};
  value.sin_family = AF_INET;
  value.sin_addr.s_addr = htonl(address);
  std::memcpy(&made.ifr_addr, &value, sizeof value);
  control(name, what, &made);
}

void set_ipv6_parameter(const std::string& interface, const char* name, char value) {
  std::string path = fmt::format("/proc/sys/net/ipv6/conf/{}/{}", interface, name);
  UniqueFd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file) check(write(file.get(), &value, 1), "write {}", path);
}

}  // namespace

Tun::Tun()
    : fd_(check(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), "open /dev/net/tun")) {
  ifreq made = request("pptps%d");
  made.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  check(ioctl(fd_.get(), TUNSETIFF, &made), "make an interface");
  ask_for_large_packets(fd_.get());
  name_ = made.ifr_name;
  // Without IPv6 in the tunnel, the kernel would still send its own packets there.
  set_ipv6_parameter(name_, "disable_ipv6", '1');
  set_ipv6_parameter(name_, "addr_gen_mode", '1');
}

void Tun::set_ipv4(Ipv4 own, Ipv4 peer) {
  if (own == 0) return;
  set_address(name_, SIOCSIFADDR, own);
  set_address(name_, SIOCSIFDSTADDR, peer);
}

void Tun::set_ipv6(InterfaceId own) {
  set_ipv6_parameter(name_, "disable_ipv6", '0');
  In6Ifreq made{};
  made.address.s6_addr[0] = 0xFE;
  made.address.s6_addr[1] = 0x80;
  for (int i = 15; i >= 8; i--, own >>= 8) made.address.s6_addr[i] = static_cast<uint8_t>(own);
  made.prefix_length = 64;
  made.interface = static_cast<int>(if_nametoindex(name_.c_str()));
  UniqueFd any(check(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
  // After another negotiation the address is there already.
  if (ioctl(any.get(), SIOCSIFADDR, &made) < 0 && errno != EEXIST)
    throw OsError(errno, fmt::format("give {} an IPv6 address", name_));
}

void Tun::set_up(uint16_t mtu) {
  ifreq made = request(name_);
  made.ifr_mtu = mtu;
  control(name_, SIOCSIFMTU, &made);
  made = request(name_);
  made.ifr_flags = IFF_UP | IFF_RUNNING | IFF_POINTOPOINT | IFF_NOARP | IFF_MULTICAST;
  control(name_, SIOCSIFFLAGS, &made);
}

void Tun::set_down() {
  ifreq made = request(name_);
  control(name_, SIOCSIFFLAGS, &made);
}

}  // namespace callgate::ppp::test
