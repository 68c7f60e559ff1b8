// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/wire/control_message.hh"

#include <array>

namespace callgate {
namespace {

constexpr uint16_t kPptpControlMessage = 1;  // the other kind, management, is not defined
constexpr size_t kTypes = std::variant_size_v<ControlMessage>;

// The index of each alternative is its type minus one, so index and type can be converted.
template <size_t... I>
consteval bool in_type_order(std::index_sequence<I...>) {
  return ((static_cast<size_t>(std::variant_alternative_t<I, ControlMessage>::kType) == I + 1) &&
          ...);
}
static_assert(in_type_order(std::make_index_sequence<kTypes>()));

template <size_t... I>
consteval std::array<size_t, kTypes> sizes_by_type(std::index_sequence<I...>) {
  return {std::variant_alternative_t<I, ControlMessage>::kSize...};
}
constexpr auto kSizes = sizes_by_type(std::make_index_sequence<kTypes>());

template <size_t I = 0>
ControlMessage make_message(size_t index) {
  if constexpr (I + 1 < kTypes) {
    if (index != I) return make_message<I + 1>(index);
  }
  return std::variant_alternative_t<I, ControlMessage>{};
}

}  // namespace

std::string_view describe(Malformed malformed) {
  switch (malformed) {
    case Malformed::wrong_length: return "a message whose length does not fit its type";
    case Malformed::wrong_message_type: return "a PPTP message that is no control message";
    case Malformed::wrong_cookie: return "a message without the magic cookie of PPTP";
    case Malformed::unknown_type: return "a control message of an unknown type";
    case Malformed::bad_body: return "a control message whose body cannot be read";
  }
  return "a malformed message";
}

std::string_view name(ControlType type) {
  switch (type) {
    case ControlType::start_control_connection_request: return "Start-Control-Connection-Request";
    case ControlType::start_control_connection_reply: return "Start-Control-Connection-Reply";
    case ControlType::stop_control_connection_request: return "Stop-Control-Connection-Request";
    case ControlType::stop_control_connection_reply: return "Stop-Control-Connection-Reply";
    case ControlType::echo_request: return "Echo-Request";
    case ControlType::echo_reply: return "Echo-Reply";
    case ControlType::outgoing_call_request: return "Outgoing-Call-Request";
    case ControlType::outgoing_call_reply: return "Outgoing-Call-Reply";
    case ControlType::incoming_call_request: return "Incoming-Call-Request";
    case ControlType::incoming_call_reply: return "Incoming-Call-Reply";
    case ControlType::incoming_call_connected: return "Incoming-Call-Connected";
    case ControlType::call_clear_request: return "Call-Clear-Request";
    case ControlType::call_disconnect_notify: return "Call-Disconnect-Notify";
    case ControlType::wan_error_notify: return "WAN-Error-Notify";
    case ControlType::set_link_info: return "Set-Link-Info";
  }
  return "unknown";
}

ControlType type_of(const ControlMessage& message) {
  return static_cast<ControlType>(message.index() + 1);
}

size_t wire_size(uint16_t type) {
  return type >= 1 && type <= kTypes ? kSizes[type - 1u] : 0;
}

std::variant<size_t, Malformed> check_header(ByteSpan head) {
  Reader reader(head);
  uint16_t length = 0, message_type = 0, type = 0;
  uint32_t cookie = 0;

  reader(length);
  if (!reader.ok()) return size_t{0};
  if (length < kControlHeaderSize || length > kMaxControlMessageSize)
    return Malformed::wrong_length;
  reader(message_type);
  if (!reader.ok()) return size_t{0};
  if (message_type != kPptpControlMessage) return Malformed::wrong_message_type;
  reader(cookie);
  if (!reader.ok()) return size_t{0};
  if (cookie != kMagicCookie) return Malformed::wrong_cookie;
  reader(type);
  if (!reader.ok()) return size_t{0};
  if (wire_size(type) != 0 && wire_size(type) != length) return Malformed::wrong_length;
  return size_t{length};
}

std::variant<ControlMessage, Malformed> parse_control_message(ByteSpan bytes) {
  auto checked = check_header(bytes);
  if (auto* malformed = std::get_if<Malformed>(&checked)) return *malformed;
  size_t length_field = std::get<size_t>(checked);  // 0 if even the header is not complete
  if (length_field == 0 || length_field != bytes.size()) return Malformed::wrong_length;

  Reader reader(bytes);
  uint16_t length = 0, message_type = 0, type = 0;
  uint32_t cookie = 0;
  Reserved<2> reserved;  // Cisco sends other values than zero; section 1.4 says to ignore them
  reader(length, message_type, cookie, type, reserved);
  if (wire_size(type) == 0) return Malformed::unknown_type;

  ControlMessage message = make_message(type - 1u);
  std::visit([&](auto& m) { reader.get(m); }, message);
  if (!reader.done()) return Malformed::bad_body;
  return message;
}

Bytes encode(const ControlMessage& message) {
  Bytes out;
  out.reserve(kMaxControlMessageSize);
  Writer writer(out);
  auto type = type_of(message);
  auto length = static_cast<uint16_t>(wire_size(static_cast<uint16_t>(type)));
  writer(length, kPptpControlMessage, kMagicCookie, type, Reserved<2>{});
  std::visit([&](const auto& m) { writer.put(m); }, message);
  return out;
}

}  // namespace callgate
