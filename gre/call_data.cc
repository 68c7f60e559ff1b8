// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/call_data.hh"

#include <fmt/format.h>

#include "common/system/log.hh"
#include "common/system/path_mtu.hh"

namespace callgate {
namespace {

// Messages at once; the others keep the socket's POLLERR up, and come with the next turn.
constexpr int kMostIcmp = 256;

std::string mtu_advice(const RawSocket& socket) {
  auto mtu = ppp_mtu(static_cast<uint32_t>(socket.path_mtu()), socket.family());
  if (mtu == 0) return {};
  return fmt::format("the path does not carry packets of this size: set mtu {} in pppd's options",
                     mtu);
}

}  // namespace

void CallData::trouble(int error, TimePoint now) {
  SocketTroubles::Advice advice;
  if (error == EMSGSIZE) advice = [this] { return mtu_advice(socket); };
  if (auto text = troubles.happened(error, now, advice))
    log::warning("GRE to {}: {}", server, *text);
}

// With IPv6, the error of the socket is an echo of what its queue says better: whose packet it was.
void CallData::receive_error(int error, TimePoint now) {
  if (hear_icmp(now) || error == 0) return;
  statistics.rx_errors++;
  trouble(error, now);
}

bool CallData::hear_icmp(TimePoint now) {
  bool heard = false;
  for (int i = 0; i < kMostIcmp; i++) {
    auto message = socket.take_icmp();
    if (!message) break;
    if (message->local) continue;  // the send that met it has said so
    heard = true;
    statistics.rx_errors++;
    if (int error = error_number(*message, peer_call_id)) trouble(error, now);
  }
  return heard;
}

}  // namespace callgate
