// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/tun_device.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "gre/tunnel/large_packets.hh"

namespace callgate {
namespace {

std::string wanted_name(const TunnelOptions& options) {
  if (!options.ifname.empty()) return options.ifname;
  return options.unit ? fmt::format("ppp{}", *options.unit) : "ppp%d";
}

std::string why_not_open(const std::string& path, int error) {
  auto what = fmt::format("cannot open {}: {}", path, std::strerror(error));
  switch (error) {
    case ENOENT:
      return what +
             ". Load the module tun (modprobe tun), or in a container pass the device: "
             "--device /dev/net/tun";
    case ENODEV:
    case ENXIO: return what + ". The kernel has no tun driver: load the module tun (modprobe tun)";
    case EACCES:
    case EPERM:
      return what + ". Run as root; in a container pass the device: --device /dev/net/tun";
    default: return what;
  }
}

std::string why_no_interface(const std::string& name, int error) {
  auto what = fmt::format("cannot create the network interface {}: {}", name, std::strerror(error));
  switch (error) {
    case EPERM:
      return what +
             ". The capability CAP_NET_ADMIN is missing: run as root; in a container add it: "
             "--cap-add NET_ADMIN";
    case EBUSY:
    case EINVAL:  // the name of an interface that is no tun device
      if (if_nametoindex(name.c_str()))
        return fmt::format(
            "cannot create the network interface {}: an interface of this name "
            "exists. End the tunnel that has it, or choose another name by unit or "
            "ifname",
            name);
      return what;
    default: return what;
  }
}

int unit_of(const std::string& name) {
  auto digits = name.find_last_not_of("0123456789");
  return std::atoi(name.c_str() + (digits == name.npos ? 0 : digits + 1));
}

}  // namespace

TunDevice open_tun(const TunnelOptions& options, const std::string& path) {
  TunDevice device;
  device.fd.reset(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!device.fd) throw NoTunDevice(why_not_open(path, errno));
  auto name = wanted_name(options);
  ifreq request{};
  if (name.size() >= sizeof request.ifr_name)
    throw NoTunDevice(why_no_interface(name, ENAMETOOLONG));
  std::ranges::copy(name, request.ifr_name);
  int flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  // IFF_TUN_EXCL refuses a persistent device that somebody else has made.
  if (name != "ppp%d") flags |= IFF_TUN_EXCL;
  request.ifr_flags = static_cast<short>(flags);
  if (ioctl(device.fd.get(), TUNSETIFF, &request) < 0)
    throw NoTunDevice(why_no_interface(name, errno));
  device.name = request.ifr_name;
  device.unit = unit_of(device.name);
  // Without it the interface works too, and only looks different.
  (void)ioctl(device.fd.get(), TUNSETLINK, ARPHRD_PPP);
  // If the kernel refuses, it cuts large packets itself, and each packet takes a read.
  (void)ask_for_large_packets(device.fd.get());
  return device;
}

std::string interface_of_tun(int fd) {
  ifreq request{};
  return ioctl(fd, TUNGETIFF, &request) == 0 ? request.ifr_name : "";
}

}  // namespace callgate
