// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/capture.hh"

#include <algorithm>

#include "callmgr/control/concerns.hh"
#include "common/system/log.hh"

namespace callgate {
namespace {

constexpr auto kCapture = Questions::Kind::capture;

int option(int fd, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

}  // namespace

// What the gateway and this manager write goes to nobody but the client: it cannot pass a socket
// that it has connected to somebody else.
bool is_capture_socket(int fd, const Client& client) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return option(fd, SO_DOMAIN) == AF_UNIX && option(fd, SO_TYPE) == SOCK_SEQPACKET &&
         getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == client.pid() &&
         peer.uid == client.uid();
}

std::optional<Reason> Captures::begin(Client& watcher, CallId call, UniqueFd socket) {
  uint32_t number = calls_.client_of(call);
  Client* gateway = clients_.find(number);
  if (!gateway || !check_capture(watcher.uid(), gateway->uid(), clients_.identity()))
    return why_not(calls_, clients_, watcher, call, "capture it");
  ControlLink* link = calls_.links().find(calls_.of_client(number)->link);
  if (!link || !link->stream().is_open()) return refusal("its control connection is not up yet");
  if (of_gateway(number) != running_.end()) return refusal("it is being captured already");
  if (!is_capture_socket(socket.get(), watcher))
    return refusal("the client passed no socket that it has made itself");
  calls_.say(
      watcher, log::Level::notice,
      fmt::format("pid {} (uid {}) captures call {}", watcher.pid(), watcher.uid(), value(call)));
  running_.insert_or_assign(
      watcher.number(),
      Capture{call, number, link->settings().id, std::make_shared<Channel>(std::move(socket))});
  questions_.ask(kCapture, watcher.number(), {number}, loop_.now());
  link->tap(true);
  watcher.send(CaptureStarted{link->server(), link->local(), link->stream().local_port()});
  if (calls_.stage(number) == Calls::Stage::up) call_up(number);
  return std::nullopt;
}

// A gateway takes notice of a capture once its call is up. It may have ended when it was told of
// that.
void Captures::call_up(uint32_t client) {
  auto capture = of_gateway(client);
  if (capture == running_.end()) return;
  if (Client* gateway = clients_.find(client))
    gateway->send(CaptureBegin{capture->first}, capture->second.socket);
}

void Captures::stop(const Client& watcher) {
  auto entry = running_.find(watcher.number());
  if (entry == running_.end() || std::exchange(entry->second.stopping, true)) return;
  stop_gateway(watcher.number(), entry->second.gateway);
  sweep();
}

// A gateway whose call is not up has not heard of the capture.
void Captures::stop_gateway(uint32_t watcher, uint32_t gateway) {
  if (calls_.stage(gateway) != Calls::Stage::up)
    questions_.answered(kCapture, gateway, watcher);
  else if (questions_.owes(kCapture, gateway, watcher))
    clients_.find(gateway)->send(CaptureStop{watcher});
}

bool Captures::answered(const Client& gateway, const CaptureEnded& ended) {
  if (!questions_.answered(kCapture, gateway.number(), ended.asker)) return false;
  auto capture = running_.find(ended.asker);
  if (capture != running_.end()) capture->second.dropped += ended.dropped;
  sweep_soon_();
  return true;
}

void Captures::control_passed(ControlLink& link, Passage passage, ByteSpan message) {
  for (auto& [watcher, capture] : running_) {
    if (capture.link != link.settings().id) continue;
    CallId peer{};
    const auto& calls = link.control().calls();
    if (auto it = calls.find(capture.call); it != calls.end()) peer = it->second.peer_call_id();
    if (link.settings().shared && !concerns(message, capture.call, peer)) continue;
    Captured record{.dropped = capture.dropped};
    record.packets.push_back(
        {passage, nanoseconds_since_1970(), std::string(message.begin(), message.end())});
    capture.dropped = capture.socket->send(record) ? 0 : capture.dropped + 1;
  }
}

// --- ends ------------------------------------------------------------------------------------

void Captures::call_ends(CallId call, const Reason& reason) {
  auto capture = of_call(call);
  if (capture != running_.end() && !capture->second.reason) capture->second.reason = reason;
}

// A connection that was the call's alone still has its last words to say.
void Captures::call_released(CallId call) {
  auto capture = of_call(call);
  if (capture == running_.end()) return;
  ControlLink* link = calls_.links().find(capture->second.link);
  bool alone = link && !link->settings().shared &&
               link->control().state() != ControlConnection::State::closed;
  capture->second.call_over = !alone;
  sweep_soon_();
}

void Captures::link_closed(uint32_t link) {
  for (auto& [watcher, capture] : running_)
    if (capture.link == link) capture.call_over = true;
  sweep_soon_();
}

void Captures::forget(uint32_t client) {
  if (auto capture = of_gateway(client); capture != running_.end() && !capture->second.reason)
    capture->second.reason =
        Reason{.cause = Cause::hung_up_locally, .detail = "its pptp has ended"};
  auto watched = running_.find(client);
  if (watched == running_.end()) return;
  stop_gateway(client, watched->second.gateway);
  end(watched, {});
}

bool Captures::over(const Running::value_type& entry) const {
  const auto& [watcher, capture] = entry;
  return !questions_.owes(kCapture, capture.gateway, watcher) &&
         (capture.stopping || capture.call_over);
}

// The watcher finds everything in its socket when it reads this.
void Captures::end(Running::iterator entry, const CaptureEnded& last) {
  uint32_t watcher = entry->first, tapped = entry->second.link;
  running_.erase(entry);
  if (ControlLink* link = calls_.links().find(tapped))
    link->tap(std::ranges::any_of(running_,
                                  [&](const auto& other) { return other.second.link == tapped; }));
  if (Client* told = clients_.find(watcher)) told->send(last);
}

void Captures::sweep() {
  for (auto it = running_.begin(); it != running_.end();) {
    auto next = std::next(it);
    const auto& capture = it->second;
    if (over(*it))
      end(it, {.dropped = capture.dropped,
               .call_over = capture.call_over,
               .reason = capture.reason.value_or(Reason{})});
    it = next;
  }
}

void Captures::end_all() {
  while (!running_.empty()) {
    auto it = running_.begin();
    stop_gateway(it->first, it->second.gateway);
    end(it, {.dropped = it->second.dropped,
             .call_over = true,
             .reason = {.cause = Cause::manager_stopping}});
  }
}

// --- look-ups --------------------------------------------------------------------------------

Captures::Running::iterator Captures::of_gateway(uint32_t client) {
  return std::ranges::find_if(running_,
                              [&](const auto& entry) { return entry.second.gateway == client; });
}

Captures::Running::iterator Captures::of_call(CallId call) {
  return std::ranges::find_if(running_,
                              [&](const auto& entry) { return entry.second.call == call; });
}

}  // namespace callgate
