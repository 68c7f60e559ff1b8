// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/control_log.hh"

#include "common/system/log.hh"

namespace callgate {
namespace {

// How many messages of each type are logged on one connection. After that many they are no news, or
// the server wants to fill the log.
constexpr uint32_t kEchoesLogged = 10, kOthersLogged = 1000;

constexpr size_t kReserved0Offset = 10;  // bytes, in the header (RFC 2637 section 2)

bool is_echo(const ControlMessage& message) {
  auto type = type_of(message);
  return type == ControlType::echo_request || type == ControlType::echo_reply;
}

uint32_t most_logged(const ControlMessage& message) {
  return is_echo(message) ? kEchoesLogged : kOthersLogged;
}

std::string heard_text(const ControlMessage& message) {
  switch (type_of(message)) {
    case ControlType::start_control_connection_reply:
      return "Received Start Control Connection Reply";
    case ControlType::outgoing_call_reply: return "Received Outgoing Call Reply.";
    case ControlType::echo_request: return "Echo Request received.";
    case ControlType::echo_reply: return "Echo Reply received.";
    case ControlType::call_disconnect_notify:
      return fmt::format("Call disconnect notification received (call id {})",
                         value(std::get<CallDisconnectNotify>(message).call_id));
    case ControlType::set_link_info:
      return fmt::format("PPTP_SET_LINK_INFO received from peer_callid {}",
                         value(std::get<SetLinkInfo>(message).peer_call_id));
    default: return fmt::format("Received {}", name(type_of(message)));
  }
}

std::string codes_text(std::string_view result_word, const auto& message) {
  return fmt::format("Result code is {} '{}'. Error code is {}, Cause code is {}", message.result,
                     result_word, message.error, message.cause);
}

// The lines that pptp-linux adds to that.
std::vector<std::string> remarks(const Heard& heard) {
  std::vector<std::string> lines;
  uint16_t reserved0 = 0;
  Reader(ByteSpan(heard.raw).subspan(kReserved0Offset)).get(reserved0);
  if (reserved0 != 0)
    lines.push_back(fmt::format("reserved0 field is not zero! (0x{:x}) Cisco feature?", reserved0));
  if (auto* reply = std::get_if<OutgoingCallReply>(&heard.message); reply && reply->result != 1) {
    lines.push_back(fmt::format("Our outgoing call request [callid {}] has not been accepted.",
                                value(reply->peer_call_id)));
    lines.push_back(codes_text(ocrp_result(reply->result), *reply));
  } else if (auto* notify = std::get_if<CallDisconnectNotify>(&heard.message)) {
    lines.push_back(codes_text(disconnect_result(notify->result), *notify));
  }
  return lines;
}

void established(const ControlConnection& control) {
  const auto& peer = control.peer();
  log::write(
      log::Level::notice,
      fmt::format("{}: Client connection established. Server is '{}', vendor '{}', firmware"
                  " {}, maximum channels {}",
                  control.server(), printable(peer.host_name.text), printable(peer.vendor.text),
                  peer.firmware_revision, peer.maximum_channels),
      {{"PPTP_SERVER", control.server()}});
}

void call_up(const std::string& server, const CallUp& step) {
  log::write(log::Level::notice,
             fmt::format("{}: Outgoing call established (call ID {}, peer's call ID {}).", server,
                         value(step.call_id), value(step.reply.call_id)),
             {{"PPTP_SERVER", server},
              {"PPTP_CALL_ID", std::to_string(value(step.call_id))},
              {"PPTP_PEER_CALL_ID", std::to_string(value(step.reply.call_id))}});
}

void call_over(const std::string& server, const CallOver& step) {
  log::write(log::Level::notice,
             fmt::format("call {} ended: {}", value(step.call_id), line(step.reason)),
             {{"PPTP_SERVER", server},
              {"PPTP_CALL_ID", std::to_string(value(step.call_id))},
              {"PPTP_REASON", std::string(name(step.reason.cause))}});
}

}  // namespace

void ControlLog::note(const ControlConnection& control, const Step& step) {
  const auto& server = control.server();
  if (auto* send = std::get_if<Send>(&step))
    sent(server, send->message);
  else if (auto* message = std::get_if<Heard>(&step))
    heard(server, *message);
  else if (auto* skipped = std::get_if<Skipped>(&step))
    unknown(server, skipped->type);
  else if (auto* ignored = std::get_if<Unexpected>(&step))
    unexpected(server, ignored->message);
  else if (std::holds_alternative<Established>(step))
    established(control);
  else if (auto* up = std::get_if<CallUp>(&step))
    call_up(server, *up);
  else if (auto* over = std::get_if<CallOver>(&step))
    call_over(server, *over);
  else if (auto* close = std::get_if<Close>(&step))
    log::notice("{}: Closing PPTP connection: {}", server, sentence(close->reason));
}

void ControlLog::sent(const std::string& server, const ControlMessage& message) {
  auto type = type_of(message);
  say(server, message,
      fmt::format("Sent control packet type is {} '{}'", static_cast<int>(type), name(type)));
}

void ControlLog::heard(const std::string& server, const Heard& heard) {
  bool news = is_news(heard.message);
  say(server, heard.message, heard_text(heard.message));
  if (!news) return;
  for (const auto& text : remarks(heard)) log::notice("{}: {}", server, text);
}

void ControlLog::unexpected(const std::string& server, const ControlMessage& message) {
  if (is_news(message))
    log::warning("{}: {} makes no sense now: ignored", server, name(type_of(message)));
}

void ControlLog::unknown(const std::string& server, uint16_t type) {
  if (std::exchange(unknown_said_, true)) return;
  log::warning("{}: a control message of the unknown type {}: ignored, and so are others like it",
               server, type);
}

void ControlLog::say(const std::string& server, const ControlMessage& message,
                     const std::string& text) {
  if (!is_news(message)) return;
  log::notice("{}: {}", server, text);
  if (++logged(message) < most_logged(message)) return;
  log::notice("{}: no more {} packets will be reported.", server,
              is_echo(message) ? "Echo Reply/Request" : name(type_of(message)));
}

bool ControlLog::is_news(const ControlMessage& message) {
  return logged(message) < most_logged(message);
}

// Echo-Requests and Echo-Replies are counted together.
uint32_t& ControlLog::logged(const ControlMessage& message) {
  auto type = is_echo(message) ? ControlType::echo_request : type_of(message);
  return logged_[static_cast<size_t>(type) - 1];
}

}  // namespace callgate
