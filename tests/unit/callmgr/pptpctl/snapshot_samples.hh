// SPDX-License-Identifier: GPL-2.0-or-later
// A snapshot, for the tests of what pptpctl prints.
#pragma once

#include "callmgr/pptpctl/print/render.hh"

namespace callgate::test {

constexpr uint32_t kNobodysUid = 4'000'000'000;  // no host has a user with this uid

inline Statistics statistics_sample() {
  Statistics s;
  for (size_t i = 0; i < kStatistics.size(); i++) kStatistics[i].set(s, 101 + i);
  s.rx_accepted = 999, s.rx_lost = 1, s.rx_bytes = 1'572'864, s.tx_bytes = 2'048;
  s.round_trip = std::chrono::microseconds(12'345);
  s.rx_idle = std::chrono::seconds(42), s.tx_idle = {};
  return s;
}

inline CallEntry call_sample(uint16_t id, const std::string& name) {
  return {.info = {.connection_id = 1,
                   .call_id = CallId{id},
                   .peer_call_id = CallId{384},
                   .state = "established",
                   .name = name,
                   .uid = kNobodysUid,
                   .pid = 20214,
                   .age = 7630},
          .statistics = statistics_sample(),
          .uptime = Duration(7'629'500)};
}

inline ConnectionInfo connection_sample(const std::string& server_name) {
  return {.id = 1,
          .server_name = server_name,
          .server = *IpAddress::parse("192.0.2.1"),
          .local = *IpAddress::parse("198.51.100.7"),
          .state = "established",
          .peer_host_name = "gate",
          .peer_vendor = "",
          .peer_firmware = 1,
          .maximum_channels = 7,
          .age = 7631,
          .echoes_sent = 3,
          .echoes_answered = 2,
          .wan_errors = 1,
          .refused_calls = 4,
          .host_route = true};
}

// A call whose gateway has answered, one whose has not, and a connection without a call.
inline Snapshot snapshot_sample() {
  Snapshot all{.running = true,
               .connections = {{connection_sample("vpn.example.net"), {}},
                               {connection_sample("192.0.2.1"), {}}}};
  auto silent = call_sample(4712, "");
  silent.statistics.reset();
  auto answering = call_sample(4711, "office");
  answering.info.tunnel = "work", answering.info.interface = "ppp0";
  all.connections[0].calls = {answering, silent};
  all.connections[1].info.id = 2;
  all.connections[1].info.state = "connecting";
  return all;
}

}  // namespace callgate::test
