// SPDX-License-Identifier: GPL-2.0-or-later
// One request to the kernel's network configuration (rtnetlink), through libmnl.
#pragma once

#include <libmnl/libmnl.h>

#include <array>
#include <functional>
#include <memory>

#include "common/wire/bytes.hh"

namespace callgate {

class NetlinkRequest {
 public:
  // flags: NLM_F_CREATE, ... The header of the request's kind comes next: put<ifaddrmsg>().
  NetlinkRequest(uint16_t type, int flags);

  template <typename Header>
  Header& put() {
    return *static_cast<Header*>(mnl_nlmsg_put_extra_header(message(), sizeof(Header)));
  }
  void attribute(uint16_t type, ByteSpan payload) {
    mnl_attr_put(message(), type, payload.size(), payload.data());
  }
  void number(uint16_t type, uint32_t value) { mnl_attr_put_u32(message(), type, value); }
  nlattr* begin_nest(uint16_t type) { return mnl_attr_nest_start(message(), type); }
  void end_nest(nlattr* nest) { mnl_attr_nest_end(message(), nest); }
  void append(ByteSpan payload);  // what follows the header, as the kernel has told it

  int send() { return send({}); }  // returns 0 or errno
  // Asks for a list (NLM_F_DUMP): the payload of each message. Returns 0 or errno, and the list is
  // whole only with 0.
  int list(std::vector<Bytes>& payloads);

 private:
  int send(const std::function<void(ByteSpan payload)>& each);
  nlmsghdr* message() { return reinterpret_cast<nlmsghdr*>(buffer_.data()); }

  alignas(nlmsghdr) std::array<char, 8192> buffer_{};
};

}  // namespace callgate
