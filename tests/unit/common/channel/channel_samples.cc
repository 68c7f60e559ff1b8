// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/common/channel/channel_samples.hh"

namespace callgate::test {
namespace {

ConnectionInfo connection_info_sample() {
  return {.id = 0x01020304,
          .server_name = "vpn.example.net",
          .server = address("192.0.2.1"),
          .local = address("198.51.100.7"),
          .state = "established",
          .peer_host_name = "foreign \x1b[31m",
          .peer_vendor = "\xff\x80",
          .peer_firmware = 0x0506,
          .maximum_channels = 0x0708,
          .age = 0x090A0B0C,
          .echoes_sent = 0x1112131415161718,
          .echoes_answered = 0x2122232425262728,
          .wan_errors = 0x3132333435363738,
          .refused_calls = 0x4142434445464748,
          .host_route = true};
}

CallInfo call_info_sample() {
  return {.connection_id = 0x01020304,
          .call_id = CallId{0x1112},
          .peer_call_id = CallId{0x1314},
          .state = "established",
          .name = "office",
          .uid = 0x21222324,
          .pid = 0x31323334,
          .age = 0x41424344,
          .pppd = {.pid = 0x51525354, .started = 0x6162636465666768},
          .tunnel = "work",
          .interface = "ppp0",
          .terminal = "/dev/pts/3"};
}

CallEnded call_ended_sample() {
  return {.reason = {.cause = Cause::call_refused,
                     .result = 2,
                     .error = 4,
                     .code = 0x0506,
                     .os_error = 0x0708090A,
                     .subject = "192.0.2.1",
                     .detail = "detail"}};
}

}  // namespace

CallRequest call_request_sample() {
  return {.version = 0x0102,
          .network_namespace = 0x1112131415161718,
          .server_name = "vpn.example.net",
          .servers = {address("192.0.2.1"), address("2001:db8::1")},
          .local_bind = address("198.51.100.7"),
          .device = "eth0",
          .mark = 0x21222324,
          .host_route = false,
          .share_control = true,
          .idle_wait = 0x31323334,
          .max_echo_wait = 0x41424344,
          .connect_timeout = 0x51525354,
          .call_id = 0x6162,
          .receive_window = 0x7172,
          .quirk_bezeq = true,
          .phone = "5550123",
          .client_hostname = "client.example.net",
          .log_name = "office",
          .pppd = {.pid = 0x01020304, .started = 0x1112131415161718},
          .tunnel = "work",
          .interface = "ppp0",
          .terminal = "/dev/pts/3"};
}

std::vector<ChannelMessage> channel_samples() {
  return {
      call_request_sample(),
      CallAssigned{.call_id = CallId{0x1112},
                   .server = address("2001:db8::1"),
                   .local = address("2001:db8::2"),
                   .mark = 0x41424344,
                   .device = "eth0"},
      GatewayReady{},
      CallConnected{.peer_call_id = CallId{0x1314},
                    .connect_speed = 0x31323334,
                    .peer_window = 0x7172,
                    .processing_delay = 0x8182},
      call_ended_sample(),
      LinkInfo{.send_accm = 0x000A0000, .receive_accm = 0x01020304},
      StatusRequest{.version = 0x0102, .statistics = true},
      connection_info_sample(),
      call_info_sample(),
      ListEnd{.count = 0x01020304},
      HangUpRequest{.version = 0x0102, .call_id = 0x1112, .server = "192.0.2.1", .all = true},
      Welcome{.version = 0x0102, .network_namespace = 0x1112131415161718},
      EarlyTakeOver{.version = 0x0102},
      TakeOver{.version = 0x0102, .oldest_image = 0x0304, .newest_image = 0x0506},
      Taken{},
      HandOver{.descriptors = 0x01020304},
      StatisticsRequest{},
      CallStatistics{.uptime = 0x1112131415161718, .values = {1, 0x2122232425262728}},
      LogLevelRequest{.version = 0x0102, .call_id = 0x1112, .level = 7},
      LogLevelInfo{.call_id = CallId{0x1112}, .level = 4},
      GatewayLogLevel{.level = 3, .asker = 0x21222324},
      CaptureRequest{.version = 0x0102, .call_id = CallId{0x1112}},
      CaptureStarted{
          .server = address("192.0.2.1"), .local = address("198.51.100.7"), .local_port = 0x3132},
      CaptureBegin{.asker = 0x01020304},
      Captured{
          .dropped = 0x1112131415161718,
          .packets = {{Passage::control_sent, 0x2122232425262728, std::string("any\0thing", 9)},
                      {Passage::gre_received, 0x3132333435363738, "\xff"}}},
      CaptureStop{.asker = 0x01020304},
      CaptureEnded{.asker = 0x01020304,
                   .dropped = 0x1112131415161718,
                   .call_over = true,
                   .reason = call_ended_sample().reason},
      LoginVerdict{.refused = true},
  };
}

}  // namespace callgate::test
