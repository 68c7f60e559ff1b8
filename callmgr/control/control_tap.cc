// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/control_tap.hh"

#include <algorithm>

namespace callgate {
namespace {

// Whose id a message has is up to its type (RFC 2637 section 2).
struct About {
  CallId call, peer_call;

  bool operator()(const OutgoingCallRequest& m) const { return m.call_id == call; }
  bool operator()(const OutgoingCallReply& m) const { return m.peer_call_id == call; }
  bool operator()(const CallClearRequest& m) const { return m.call_id == call; }
  bool operator()(const CallDisconnectNotify& m) const { return m.call_id == peer_call; }
  bool operator()(const WanErrorNotify& m) const { return m.peer_call_id == call; }
  // Ours names the server's end of the call, the server's ours.
  bool operator()(const SetLinkInfo& m) const {
    return m.peer_call_id == call || m.peer_call_id == peer_call;
  }
  // Calls that the server offers, and that nobody here takes.
  bool operator()(const IncomingCallRequest&) const { return false; }
  bool operator()(const IncomingCallReply&) const { return false; }
  bool operator()(const IncomingCallConnected&) const { return false; }
  bool operator()(const StartControlConnectionRequest&) const { return true; }
  bool operator()(const StartControlConnectionReply&) const { return true; }
  bool operator()(const StopControlConnectionRequest&) const { return true; }
  bool operator()(const StopControlConnectionReply&) const { return true; }
  bool operator()(const EchoRequest&) const { return true; }
  bool operator()(const EchoReply&) const { return true; }
};

}  // namespace

void ControlTap::push(ByteSpan bytes, const Sink& sink) {
  if (broken_) return;
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  size_t at = 0;
  while (true) {
    ByteSpan waiting = ByteSpan(bytes_).subspan(at);
    auto header = check_header(waiting.first(std::min(waiting.size(), kControlHeaderSize)));
    auto* length = std::get_if<size_t>(&header);
    broken_ = !length;
    if (broken_) sink(waiting.first(std::min(waiting.size(), kMaxControlMessageSize)));
    if (broken_ || *length == 0 || waiting.size() < *length) break;
    sink(waiting.first(*length));
    at += *length;
  }
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
}

bool concerns(ByteSpan message, CallId call, CallId peer_call) {
  auto parsed = parse_control_message(message);
  auto* known = std::get_if<ControlMessage>(&parsed);
  return known && std::visit(About{call, peer_call}, *known);
}

}  // namespace callgate
