// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/netlink.hh"

#include <linux/rtnetlink.h>

#include <cerrno>
#include <cstring>

namespace callgate {
namespace {

struct Close {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};

using Each = std::function<void(ByteSpan payload)>;

int hand_over(const nlmsghdr* header, void* argument) {
  const auto& each = *static_cast<const Each*>(argument);
  if (each)
    each({static_cast<const uint8_t*>(mnl_nlmsg_get_payload(header)),
          mnl_nlmsg_get_payload_len(header)});
  return MNL_CB_OK;
}

}  // namespace

NetlinkRequest::NetlinkRequest(uint16_t type, int flags) {
  nlmsghdr* header = mnl_nlmsg_put_header(buffer_.data());
  header->nlmsg_type = type;
  header->nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
  header->nlmsg_seq = 1;
}

void NetlinkRequest::append(ByteSpan payload) {
  nlmsghdr* header = message();
  if (header->nlmsg_len + payload.size() > buffer_.size()) return;
  std::memcpy(buffer_.data() + header->nlmsg_len, payload.data(), payload.size());
  header->nlmsg_len += static_cast<uint32_t>(payload.size());
}

// The kernel says so (EINTR) if the list has changed while it was told.
int NetlinkRequest::list(std::vector<Bytes>& payloads) {
  constexpr int kAttempts = 5;
  int error = EINTR;
  for (int attempt = 0; error == EINTR && attempt < kAttempts; attempt++) {
    payloads.clear();
    error = send([&](ByteSpan payload) { payloads.emplace_back(payload.begin(), payload.end()); });
  }
  return error;
}

int NetlinkRequest::send(const Each& each) {
  std::unique_ptr<mnl_socket, Close> socket(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC));
  if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) return errno;
  if (!each) message()->nlmsg_flags |= NLM_F_ACK;
  if (mnl_socket_sendto(socket.get(), message(), message()->nlmsg_len) < 0) return errno;
  alignas(nlmsghdr) std::array<char, 32'768> answer;
  int more = MNL_CB_OK;
  while (more > MNL_CB_STOP) {
    ssize_t size = mnl_socket_recvfrom(socket.get(), answer.data(), answer.size());
    if (size < 0) return errno;
    more =
        mnl_cb_run(answer.data(), static_cast<size_t>(size), 1, mnl_socket_get_portid(socket.get()),
                   hand_over, const_cast<void*>(static_cast<const void*>(&each)));
  }
  return more < 0 ? errno : 0;
}

}  // namespace callgate
