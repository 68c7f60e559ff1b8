// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl capture: brings a call's gateway, its control connection and who watches together. What a
// capture is and when it is over is in captures.hh.
#include "callmgr/control/concerns.hh"
#include "callmgr/manager/manager.hh"
#include "common/system/log.hh"

namespace callgate {
namespace {

// Records that a watcher has not read: beyond that, control messages are dropped.
constexpr size_t kMostWaiting = 64;

Reason refusal(std::string detail) {
  return {.cause = Cause::manager_refused, .detail = std::move(detail)};
}

}  // namespace

// Somebody else's call is as unknown as one that there is not.
void Manager::handle(Client& client, const CaptureRequest& request) {
  if (request.version != kChannelVersion)
    return client_misbehaved(client, "it speaks another version");
  if (client.stage != Stage::none || captures_.of_watcher(client.number))
    return client_misbehaved(client, "it asked for a capture where it has something else");
  Client* gateway = client_of(request.call_id);
  ControlLink* link = gateway ? link_of(*gateway) : nullptr;
  if (!link || !check_capture(client.who().uid, gateway->who().uid, settings_.identity))
    return end(client, refusal("there is no such call of yours"));
  if (link->socket() < 0) return end(client, refusal("its control connection is not up yet"));
  auto* capture =
      captures_.begin(request.call_id, gateway->number, client.number, link->settings().id);
  if (!capture) return end(client, refusal("it is being captured already"));
  log::notice("pid {} (uid {}) captures call {}", client.who().pid, client.who().uid,
              value(request.call_id));
  link->tap(true);
  client.send(CaptureStarted{link->server(), link->local(), link->local_port()});
  if (gateway->stage == Stage::up) start_capture(*gateway);
}

// A gateway takes notice of it when its call is up.
void Manager::start_capture(Client& gateway) {
  auto* capture = captures_.of_gateway(gateway.number);
  if (!capture) return;
  capture->credit = kCaptureCredit;
  gateway.send(CaptureCredit{capture->id, kCaptureCredit});
}

// False: nobody has asked for it any more, and it is as any other record.
bool Manager::take(Client& gateway, const Captured& captured) {
  auto* capture = captures_.of_gateway(gateway.number);
  if (!capture || capture->id != captured.capture || !capture->spend_credit()) return false;
  capture->dropped_by_gateway = captured.dropped;
  auto record = captured;
  record.dropped = capture->dropped();
  if (Client* watcher = client_numbered(capture->watcher)) watcher->send(record);
  return true;
}

void Manager::handle(Client&, const Captured&) {}  // of a capture that has ended meanwhile

void Manager::handle(Client& client, const CaptureCredit& credit) {
  auto* capture = captures_.of_watcher(client.number);
  if (!capture) return;
  auto renewed = capture->renew_credit(credit.records);
  Client* gateway = client_numbered(capture->gateway);
  if (renewed > 0 && gateway && !capture->gateway_done)
    gateway->send(CaptureCredit{capture->id, renewed});
}

void Manager::handle(Client& client, const CaptureStop&) {
  auto* capture = captures_.of_watcher(client.number);
  if (!capture || std::exchange(capture->stopping, true)) return;
  Client* gateway = client_numbered(capture->gateway);
  if (!gateway || gateway->stage != Stage::up) capture->gateway_done = true;
  if (!capture->gateway_done) gateway->send(CaptureStop{capture->id});
  end_captures();
}

void Manager::handle(Client& gateway, const CaptureEnded& ended) {
  auto* capture = captures_.of_gateway(gateway.number);
  if (!capture || capture->id != ended.capture) return;
  capture->dropped_by_gateway = ended.dropped;
  capture->gateway_done = true;
  end_captures();
}

void Manager::control_passed(ControlLink& link, Passage passage, ByteSpan message) {
  captures_.for_link(link.settings().id, [&](RunningCapture& capture) {
    CallId peer{};
    const auto& calls = link.control().calls();
    if (auto it = calls.find(capture.call); it != calls.end()) peer = it->second.peer_call_id();
    if (link.settings().shared && !concerns(message, capture.call, peer)) return;
    Client* watcher = client_numbered(capture.watcher);
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

void Manager::capture_reason(CallId call, const Reason& reason) {
  auto* capture = captures_.of_call(call);
  if (capture && !capture->reason) capture->reason = reason;
}

// A connection of its own still has its last words to say.
void Manager::call_released(CallId call) {
  call_ids_.release(call);
  auto* capture = captures_.of_call(call);
  if (!capture) return;
  auto link = links_.find(capture->link);
  bool alone = link != links_.end() && !link->second->settings().shared &&
               link->second->control().state() != ControlConnection::State::closed;
  capture->call_over = !alone;
  tidy_later();
}

void Manager::captures_of_closed(const ControlLink& link) {
  captures_.for_link(link.settings().id, [](RunningCapture& capture) { capture.call_over = true; });
  tidy_later();
}

// Of a client that is gone (from tidy(): a tap is not to be closed from its own callback). Whoever
// watches has no more to see, or nobody to show it to.
void Manager::captures_without(uint32_t client) {
  if (auto* capture = captures_.of_gateway(client)) {
    capture->gateway_done = true;
    if (!capture->reason)
      capture->reason = Reason{.cause = Cause::hung_up_locally, .detail = "its pptp has ended"};
  }
  auto* watched = captures_.of_watcher(client);
  if (!watched) return;
  Client* gateway = client_numbered(watched->gateway);
  if (gateway && !watched->gateway_done) gateway->send(CaptureStop{watched->id});
  forget(RunningCapture(*watched));
}

void Manager::forget(const RunningCapture& capture) {
  captures_.erase(capture.id);
  auto link = links_.find(capture.link);
  if (link != links_.end()) link->second->tap(captures_.on_link(capture.link));
}

void Manager::end_captures() {
  for (const auto& capture : captures_.take_over()) {
    forget(capture);
    if (Client* watcher = client_numbered(capture.watcher))
      watcher->send(CaptureEnded{.dropped = capture.dropped(),
                                 .call_over = capture.call_over,
                                 .reason = capture.reason.value_or(Reason{})});
  }
}

// This manager ends, and the next one knows nothing of them.
void Manager::abandon_captures() {
  for (auto& capture : captures_.take_all()) {
    forget(capture);
    if (Client* gateway = client_numbered(capture.gateway); gateway && !capture.gateway_done)
      gateway->send(CaptureStop{capture.id});
    if (Client* watcher = client_numbered(capture.watcher))
      watcher->send(CaptureEnded{.dropped = capture.dropped(),
                                 .call_over = true,
                                 .reason = {.cause = Cause::manager_stopping}});
  }
}

Client* Manager::client_numbered(uint32_t number) {
  auto it = clients_.find(number);
  return it == clients_.end() || it->second->gone ? nullptr : it->second.get();
}

}  // namespace callgate
