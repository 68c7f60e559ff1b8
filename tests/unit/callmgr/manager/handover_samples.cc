// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/callmgr/manager/handover_samples.hh"

namespace callgate::test {
namespace {

constexpr TimePoint kThen{std::chrono::hours(7)};

ControlConnection established_with_a_call() {
  ControlConnection control({.client_hostname = "laptop"});
  control.connected("vpn.example.net (192.0.2.1)", kThen);
  control.received(encode(StartControlConnectionReply{.maximum_channels = 3}), kThen);
  control.request_call({.call_id = CallId{7}, .phone = "123"}, kThen);
  control.received(Bytes{0, 16}, kThen);
  return control;
}

}  // namespace

handover::Records handover_samples() {
  auto address = *IpAddress::parse("192.0.2.1");
  auto control = established_with_a_call();
  CallRequest request{.server_name = "vpn.example.net", .servers = {address}};
  auto queued = encode(CallAssigned{CallId{7}, address, address});
  return {handover::Head{.network_namespace = 4026531840,
                         .listener = 11,
                         .next_call_id = 8,
                         .next_link = 3,
                         .next_client = 5,
                         .idle_exit = Duration(5'000)},
          handover::LinkState{.socket = 12,
                              .state = {.settings = {.id = 2,
                                                     .shared = true,
                                                     .log_name = "office",
                                                     .plan = DialPlan::from(request)},
                                        .holds_route = true,
                                        .server = address,
                                        .local = address,
                                        .created = kThen,
                                        .control = control}},
          handover::CallState{2, control.calls().at(CallId{7})},
          handover::Unsent{2, "octets"},
          handover::ClientState{.number = 4,
                                .socket = 13,
                                .call = {.stage = HeldCall::Stage::requested,
                                         .request = request,
                                         .link = 2,
                                         .id = CallId{7},
                                         .asked_at = kThen}},
          handover::Queued{4, std::string({'\0', static_cast<char>(queued.size())}) +
                                  std::string(queued.begin(), queued.end())},
          handover::LogLevel{7},
          handover::RefusedLogin{{{1000, "vpn.example.net", {.pid = 4711, .started = 12}}, kThen}}};
}

}  // namespace callgate::test
