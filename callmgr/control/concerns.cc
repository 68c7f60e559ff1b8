// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/concerns.hh"

namespace callgate {
namespace {

// Whose call id a message carries depends on its type (RFC 2637 section 2).
struct About {
  CallId call, peer_call;

  bool operator()(const OutgoingCallRequest& m) const { return m.call_id == call; }
  bool operator()(const OutgoingCallReply& m) const { return m.peer_call_id == call; }
  // In these two, servers send one id or the other (see CallTable::find_by_any).
  bool operator()(const CallClearRequest& m) const { return is_either(m.call_id); }
  bool operator()(const CallDisconnectNotify& m) const { return is_either(m.call_id); }
  bool operator()(const WanErrorNotify& m) const { return m.peer_call_id == call; }
  // Our message carries the server's call id, and the server's message carries ours.
  bool operator()(const SetLinkInfo& m) const { return is_either(m.peer_call_id); }
  // These are about calls that the server offers. Nobody here takes them.
  bool operator()(const IncomingCallRequest&) const { return false; }
  bool operator()(const IncomingCallReply&) const { return false; }
  bool operator()(const IncomingCallConnected&) const { return false; }
  bool operator()(const StartControlConnectionRequest&) const { return true; }
  bool operator()(const StartControlConnectionReply&) const { return true; }
  bool operator()(const StopControlConnectionRequest&) const { return true; }
  bool operator()(const StopControlConnectionReply&) const { return true; }
  bool operator()(const EchoRequest&) const { return true; }
  bool operator()(const EchoReply&) const { return true; }

  bool is_either(CallId id) const {
    return id == call || id == peer_call || id == byte_swapped(call);
  }
};

}  // namespace

bool concerns(ByteSpan message, CallId call, CallId peer_call) {
  auto parsed = parse_control_message(message);
  auto* known = std::get_if<ControlMessage>(&parsed);
  return known && std::visit(About{call, peer_call}, *known);
}

}  // namespace callgate
