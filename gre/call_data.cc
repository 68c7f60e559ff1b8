// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/call_data.hh"

#include <fmt/format.h>

#include "common/log.hh"
#include "gre/mtu_hint.hh"

namespace callgate {
namespace {

std::string mtu_advice(const RawSocket& socket) {
  auto mtu = ppp_mtu(static_cast<uint32_t>(socket.path_mtu()), socket.family());
  if (mtu == 0) return {};
  return fmt::format("the path does not carry packets of this size: set mtu {} in pppd's options",
                     mtu);
}

}  // namespace

void CallData::trouble(int error, TimePoint now) {
  auto advice = error == EMSGSIZE ? mtu_advice(socket) : std::string();
  if (auto text = troubles.happened(error, now, advice))
    log::warning("GRE to {}: {}", server, *text);
}

void CallData::receive_error(int error, TimePoint now) {
  statistics.rx_errors++;
  trouble(error, now);
}

}  // namespace callgate
