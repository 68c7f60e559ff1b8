// SPDX-License-Identifier: GPL-2.0-or-later
// The server's network interface of one call.
#pragma once

#include <string>

#include "common/system/unique_fd.hh"
#include "ppp/ipcp.hh"
#include "ppp/ipv6cp.hh"

namespace callgate::ppp::test {

class Tun {
 public:
  Tun();  // these throw OsError

  int fd() const { return fd_.get(); }  // does not block; for TunPort
  const std::string& name() const { return name_; }

  void set_ipv4(Ipv4 own, Ipv4 peer);
  void set_ipv6(InterfaceId own);
  void set_up(uint16_t mtu);
  void set_down();

 private:
  UniqueFd fd_;
  std::string name_;
};

}  // namespace callgate::ppp::test
