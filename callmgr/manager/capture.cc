// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/capture.hh"

#include "callmgr/control/concerns.hh"
#include "common/system/log.hh"

namespace callgate {
namespace {

// Records that a watcher has not read: beyond that, control messages are dropped.
constexpr size_t kMostWaiting = 64;

}  // namespace

std::optional<Reason> CaptureRelay::begin(Client& client, CallId call) {
  uint32_t number = calls_.client_of(call);
  Client* gateway = clients_.find(number);
  if (!gateway || !check_capture(client.uid(), gateway->uid(), clients_.identity()))
    return unknown_call();
  ControlLink* link = calls_.links().find(calls_.of_client(number)->link);
  if (!link || link->socket() < 0) return refusal("its control connection is not up yet");
  if (!captures_.begin(call, number, client.number(), link->settings().id))
    return refusal("it is being captured already");
  log::notice("pid {} (uid {}) captures call {}", client.pid(), client.uid(), value(call));
  link->tap(true);
  client.send(CaptureStarted{link->server(), link->local(), link->local_port()});
  if (calls_.stage(number) == Calls::Stage::up) call_up(number);
  return std::nullopt;
}

// A gateway takes notice of it when its call is up.
void CaptureRelay::call_up(uint32_t client) {
  auto* capture = captures_.of_gateway(client);
  if (!capture) return;
  capture->credit = kCaptureCredit;
  clients_.find(client)->send(CaptureCredit{capture->id, kCaptureCredit});
}

bool CaptureRelay::answered(const Client& gateway, const Captured& captured) {
  auto* capture = captures_.of_gateway(gateway.number());
  if (!capture || capture->id != captured.capture || !capture->spend_credit()) return false;
  capture->dropped_by_gateway = captured.dropped;
  auto record = captured;
  record.dropped = capture->dropped();
  if (Client* watcher = clients_.find(capture->watcher)) watcher->send(record);
  return true;
}

void CaptureRelay::renew_credit(const Client& client, uint16_t records) {
  auto* capture = captures_.of_watcher(client.number());
  if (!capture) return;
  auto renewed = capture->renew_credit(records);
  Client* gateway = clients_.find(capture->gateway);
  if (renewed > 0 && gateway && !capture->gateway_done)
    gateway->send(CaptureCredit{capture->id, renewed});
}

void CaptureRelay::stop(const Client& client) {
  auto* capture = captures_.of_watcher(client.number());
  if (!capture || std::exchange(capture->stopping, true)) return;
  if (calls_.stage(capture->gateway) != Calls::Stage::up) capture->gateway_done = true;
  if (!capture->gateway_done) clients_.find(capture->gateway)->send(CaptureStop{capture->id});
  sweep();
}

bool CaptureRelay::answered(const Client& gateway, const CaptureEnded& ended) {
  auto* capture = captures_.of_gateway(gateway.number());
  if (!capture || capture->id != ended.capture) return false;
  capture->dropped_by_gateway = ended.dropped;
  capture->gateway_done = true;
  sweep();
  return true;
}

void CaptureRelay::control_passed(ControlLink& link, Passage passage, ByteSpan message) {
  captures_.for_link(link.settings().id, [&](RunningCapture& capture) {
    CallId peer{};
    const auto& calls = link.control().calls();
    if (auto it = calls.find(capture.call); it != calls.end()) peer = it->second.peer_call_id();
    if (link.settings().shared && !concerns(message, capture.call, peer)) return;
    Client* watcher = clients_.find(capture.watcher);
    if (!watcher) return;
    if (watcher->queue().size() > kMostWaiting) {
      capture.dropped_here++;
      return;
    }
    Captured record{.dropped = capture.dropped()};
    record.packets.push_back(
        {passage, nanoseconds_since_1970(), std::string(message.begin(), message.end())});
    watcher->send(record);
  });
}

// --- ends ------------------------------------------------------------------------------------

void CaptureRelay::call_ends(CallId call, const Reason& reason) {
  auto* capture = captures_.of_call(call);
  if (capture && !capture->reason) capture->reason = reason;
}

// A connection that was the call's alone still has its last words to say.
void CaptureRelay::call_released(CallId call) {
  auto* capture = captures_.of_call(call);
  if (!capture) return;
  ControlLink* link = calls_.links().find(capture->link);
  bool alone = link && !link->settings().shared &&
               link->control().state() != ControlConnection::State::closed;
  capture->call_over = !alone;
  sweep_soon_();
}

void CaptureRelay::link_closed(uint32_t link) {
  captures_.for_link(link, [](RunningCapture& capture) { capture.call_over = true; });
  sweep_soon_();
}

void CaptureRelay::forget(uint32_t client) {
  if (auto* capture = captures_.of_gateway(client)) {
    capture->gateway_done = true;
    if (!capture->reason)
      capture->reason = Reason{.cause = Cause::hung_up_locally, .detail = "its pptp has ended"};
  }
  auto* watched = captures_.of_watcher(client);
  if (!watched) return;
  Client* gateway = clients_.find(watched->gateway);
  if (gateway && !watched->gateway_done) gateway->send(CaptureStop{watched->id});
  forget(RunningCapture(*watched));
}

void CaptureRelay::forget(const RunningCapture& capture) {
  captures_.erase(capture.id);
  if (ControlLink* link = calls_.links().find(capture.link))
    link->tap(captures_.on_link(capture.link));
}

void CaptureRelay::sweep() {
  for (const auto& capture : captures_.take_over()) {
    forget(capture);
    if (Client* watcher = clients_.find(capture.watcher))
      watcher->send(CaptureEnded{.dropped = capture.dropped(),
                                 .call_over = capture.call_over,
                                 .reason = capture.reason.value_or(Reason{})});
  }
}

void CaptureRelay::end_all() {
  for (auto& capture : captures_.take_all()) {
    forget(capture);
    if (Client* gateway = clients_.find(capture.gateway); gateway && !capture.gateway_done)
      gateway->send(CaptureStop{capture.id});
    if (Client* watcher = clients_.find(capture.watcher))
      watcher->send(CaptureEnded{.dropped = capture.dropped(),
                                 .call_over = true,
                                 .reason = {.cause = Cause::manager_stopping}});
  }
}

}  // namespace callgate
