// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/control_log.hh"

#include <utility>

namespace callgate {
namespace {

// This many are logged on one connection. After that they are no news.
constexpr uint32_t kEchoesLogged = 10;

constexpr size_t kReserved0Offset = 10;  // bytes, in the header (RFC 2637 section 2)

bool is_echo(const ControlMessage& message) {
  auto type = type_of(message);
  return type == ControlType::echo_request || type == ControlType::echo_reply;
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

uint16_t reserved0(const Heard& heard) {
  uint16_t field = 0;
  Reader(ByteSpan(heard.raw).subspan(kReserved0Offset)).get(field);
  return field;
}

// The lines that pptp-linux adds to that.
std::vector<std::string> remarks(const ControlMessage& message) {
  if (auto* reply = std::get_if<OutgoingCallReply>(&message); reply && reply->result != 1)
    return {fmt::format("Our outgoing call request [callid {}] has not been accepted.",
                        value(reply->peer_call_id)),
            codes_text(ocrp_result(reply->result), *reply)};
  if (auto* notify = std::get_if<CallDisconnectNotify>(&message))
    return {codes_text(disconnect_result(notify->result), *notify)};
  return {};
}

}  // namespace

class ControlLog::Lines {
 public:
  Lines(const ControlConnection& control, const Say& say) : control_(control), say_(say) {}

  void notice(const std::string& text) const { write(log::Level::notice, text); }
  void warning(const std::string& text) const { write(log::Level::warning, text); }

  void established() const {
    const auto& peer = control_.peer();
    write(log::Level::notice,
          fmt::format("Client connection established. Server is '{}', vendor '{}', firmware {},"
                      " maximum channels {}",
                      printable(peer.host_name.text), printable(peer.vendor.text),
                      peer.firmware_revision, peer.maximum_channels),
          {{"PPTP_SERVER", server()}});
  }
  void call_up(const CallUp& step) const {
    write(log::Level::notice,
          fmt::format("Outgoing call established (call ID {}, peer's call ID {}).",
                      value(step.call_id), value(step.reply.call_id)),
          {{"PPTP_SERVER", server()},
           {"PPTP_CALL_ID", std::to_string(value(step.call_id))},
           {"PPTP_PEER_CALL_ID", std::to_string(value(step.reply.call_id))}});
  }
  void call_over(const CallOver& step) const {
    say_(log::Level::notice,
         fmt::format("call {} ended: {}", value(step.call_id), line(step.reason)),
         {{"PPTP_SERVER", server()},
          {"PPTP_CALL_ID", std::to_string(value(step.call_id))},
          {"PPTP_REASON", std::string(name(step.reason.cause))}});
  }

 private:
  const std::string& server() const { return control_.server(); }
  void write(log::Level level, const std::string& text,
             const std::vector<log::Field>& fields = {}) const {
    say_(level, fmt::format("{}: {}", server(), text), fields);
  }

  const ControlConnection& control_;
  const Say& say_;
};

void ControlLog::note(const ControlConnection& control, const Step& step, const Say& say) {
  Lines lines(control, say);
  if (auto* send = std::get_if<Send>(&step))
    sent(lines, send->message);
  else if (auto* message = std::get_if<Heard>(&step))
    heard(lines, *message);
  else if (auto* skipped = std::get_if<Skipped>(&step))
    unknown(lines, skipped->type);
  else if (auto* ignored = std::get_if<Unexpected>(&step))
    lines.warning(fmt::format("{} makes no sense now: ignored", name(type_of(ignored->message))));
  else if (std::holds_alternative<Established>(step))
    lines.established();
  else if (auto* up = std::get_if<CallUp>(&step))
    lines.call_up(*up);
  else if (auto* over = std::get_if<CallOver>(&step))
    lines.call_over(*over);
  else if (auto* close = std::get_if<Close>(&step))
    lines.notice("Closing PPTP connection: " + sentence(close->reason));
}

void ControlLog::sent(const Lines& lines, const ControlMessage& message) {
  auto type = type_of(message);
  say(lines, message,
      fmt::format("Sent control packet type is {} '{}'", static_cast<int>(type), name(type)));
}

void ControlLog::heard(const Lines& lines, const Heard& heard) {
  say(lines, heard.message, heard_text(heard.message));
  if (uint16_t field = reserved0(heard); field != 0 && !std::exchange(remarked_, true))
    lines.notice(fmt::format("reserved0 field is not zero! (0x{:x}) Cisco feature?", field));
  for (const auto& text : remarks(heard.message)) lines.notice(text);
}

void ControlLog::unknown(const Lines& lines, uint16_t type) {
  if (std::exchange(unknown_said_, true)) return;
  lines.warning(fmt::format(
      "a control message of the unknown type {}: ignored, and so are others like it", type));
}

void ControlLog::say(const Lines& lines, const ControlMessage& message, const std::string& text) {
  if (!is_echo(message)) return lines.notice(text);
  if (echoes_ >= kEchoesLogged) return;
  lines.notice(text);
  if (++echoes_ == kEchoesLogged)
    lines.notice("no more Echo Reply/Request packets will be reported.");
}

}  // namespace callgate
