// SPDX-License-Identifier: GPL-2.0-or-later
// The fifteen control messages of RFC 2637 section 2 as plain values, and their wire form.
// control_framer.hh cuts a TCP stream into messages. callmgr/control/control_connection.hh decides
// what a message means to a connection.
#pragma once

#include <string_view>
#include <variant>

#include "common/wire/bytes.hh"
#include "common/wire/ids.hh"

namespace callgate {

constexpr uint16_t kPptpPort = 1723;
constexpr uint32_t kMagicCookie = 0x1A2B3C4D;
constexpr uint16_t kProtocolVersion = 0x0100;   // version 1, revision 0
constexpr size_t kControlHeaderSize = 12;       // bytes
constexpr size_t kMaxControlMessageSize = 220;  // bytes, Incoming-Call-Request

enum class ControlType : uint16_t {
  start_control_connection_request = 1,
  start_control_connection_reply = 2,
  stop_control_connection_request = 3,
  stop_control_connection_reply = 4,
  echo_request = 5,
  echo_reply = 6,
  outgoing_call_request = 7,
  outgoing_call_reply = 8,
  incoming_call_request = 9,
  incoming_call_reply = 10,
  incoming_call_connected = 11,
  call_clear_request = 12,
  call_disconnect_notify = 13,
  wan_error_notify = 14,
  set_link_info = 15,
};

// Framing and bearer capabilities and types (sections 2.1, 2.7): bit masks.
constexpr uint32_t kFramingAsync = 1, kFramingSync = 2, kFramingEither = 3;
constexpr uint32_t kBearerAnalog = 1, kBearerDigital = 2, kBearerEither = 3;

// RFC 2637 section 2.1
struct StartControlConnectionRequest {
  static constexpr auto kType = ControlType::start_control_connection_request;
  static constexpr size_t kSize = 156;
  uint16_t protocol_version = kProtocolVersion;
  uint32_t framing_capabilities = kFramingEither;
  uint32_t bearer_capabilities = kBearerEither;
  uint16_t maximum_channels = 0;  // a PNS sends 0
  uint16_t firmware_revision = 0;
  FixedText<64> host_name;
  FixedText<64> vendor;

  static void fields(auto& m, auto& codec) {
    Reserved<2> reserved;
    codec(m.protocol_version, reserved, m.framing_capabilities, m.bearer_capabilities,
          m.maximum_channels, m.firmware_revision, m.host_name, m.vendor);
  }
  bool operator==(const StartControlConnectionRequest&) const = default;
};

// RFC 2637 section 2.2
struct StartControlConnectionReply {
  static constexpr auto kType = ControlType::start_control_connection_reply;
  static constexpr size_t kSize = 156;
  uint16_t protocol_version = kProtocolVersion;
  uint8_t result = 1;  // 1 ok, 2 general error, 3 exists, 4 not authorised, 5 version
  uint8_t error = 0;   // general error code (section 2.16) if result is 2
  uint32_t framing_capabilities = 0;
  uint32_t bearer_capabilities = 0;
  uint16_t maximum_channels = 0;  // calls that the PAC takes on this connection, 0 = unlimited
  uint16_t firmware_revision = 0;
  FixedText<64> host_name;
  FixedText<64> vendor;

  static void fields(auto& m, auto& codec) {
    codec(m.protocol_version, m.result, m.error, m.framing_capabilities, m.bearer_capabilities,
          m.maximum_channels, m.firmware_revision, m.host_name, m.vendor);
  }
  bool operator==(const StartControlConnectionReply&) const = default;
};

// RFC 2637 section 2.3
struct StopControlConnectionRequest {
  static constexpr auto kType = ControlType::stop_control_connection_request;
  static constexpr size_t kSize = 16;
  uint8_t reason = 1;  // 1 none, 2 protocol, 3 local shutdown

  static void fields(auto& m, auto& codec) {
    Reserved<3> reserved;
    codec(m.reason, reserved);
  }
  bool operator==(const StopControlConnectionRequest&) const = default;
};

// RFC 2637 section 2.4
struct StopControlConnectionReply {
  static constexpr auto kType = ControlType::stop_control_connection_reply;
  static constexpr size_t kSize = 16;
  uint8_t result = 1;  // 1 ok, 2 general error
  uint8_t error = 0;

  static void fields(auto& m, auto& codec) {
    Reserved<2> reserved;
    codec(m.result, m.error, reserved);
  }
  bool operator==(const StopControlConnectionReply&) const = default;
};

// RFC 2637 section 2.5
struct EchoRequest {
  static constexpr auto kType = ControlType::echo_request;
  static constexpr size_t kSize = 16;
  uint32_t identifier = 0;

  static void fields(auto& m, auto& codec) { codec(m.identifier); }
  bool operator==(const EchoRequest&) const = default;
};

// RFC 2637 section 2.6
struct EchoReply {
  static constexpr auto kType = ControlType::echo_reply;
  static constexpr size_t kSize = 20;
  uint32_t identifier = 0;
  uint8_t result = 1;  // 1 ok, 2 general error
  uint8_t error = 0;

  static void fields(auto& m, auto& codec) {
    Reserved<2> reserved;
    codec(m.identifier, m.result, m.error, reserved);
  }
  bool operator==(const EchoReply&) const = default;
};

// RFC 2637 section 2.7
struct OutgoingCallRequest {
  static constexpr auto kType = ControlType::outgoing_call_request;
  static constexpr size_t kSize = 168;
  CallId call_id{};
  uint16_t serial_number = 0;
  uint32_t minimum_bps = 0;  // bits per second
  uint32_t maximum_bps = 0;  // bits per second
  uint32_t bearer_type = kBearerEither;
  uint32_t framing_type = kFramingEither;
  uint16_t receive_window = 0;    // packets
  uint16_t processing_delay = 0;  // 1/10 second
  uint16_t phone_number_length = 0;
  FixedText<64> phone_number;
  FixedText<64> subaddress;

  static void fields(auto& m, auto& codec) {
    Reserved<2> reserved;
    codec(m.call_id, m.serial_number, m.minimum_bps, m.maximum_bps, m.bearer_type, m.framing_type,
          m.receive_window, m.processing_delay, m.phone_number_length, reserved, m.phone_number,
          m.subaddress);
  }
  bool operator==(const OutgoingCallRequest&) const = default;
};

// RFC 2637 section 2.8
struct OutgoingCallReply {
  static constexpr auto kType = ControlType::outgoing_call_reply;
  static constexpr size_t kSize = 32;
  CallId call_id{};       // the PAC's
  CallId peer_call_id{};  // ours, as sent in the request
  uint8_t result = 1;     // 1 connected, 2 error, 3 no carrier, 4 busy, 5 no dial tone, 6 time-out,
                          // 7 not accepted
  uint8_t error = 0;
  uint16_t cause = 0;
  uint32_t connect_speed = 0;     // bits per second
  uint16_t receive_window = 0;    // packets
  uint16_t processing_delay = 0;  // 1/10 second
  uint32_t physical_channel = 0;

  static void fields(auto& m, auto& codec) {
    codec(m.call_id, m.peer_call_id, m.result, m.error, m.cause, m.connect_speed, m.receive_window,
          m.processing_delay, m.physical_channel);
  }
  bool operator==(const OutgoingCallReply&) const = default;
};

// RFC 2637 section 2.9
struct IncomingCallRequest {
  static constexpr auto kType = ControlType::incoming_call_request;
  static constexpr size_t kSize = 220;
  CallId call_id{};  // the PAC's
  uint16_t serial_number = 0;
  uint32_t bearer_type = 0;
  uint32_t physical_channel = 0;
  uint16_t dialed_number_length = 0;
  uint16_t dialing_number_length = 0;
  FixedText<64> dialed_number;
  FixedText<64> dialing_number;
  FixedText<64> subaddress;

  static void fields(auto& m, auto& codec) {
    codec(m.call_id, m.serial_number, m.bearer_type, m.physical_channel, m.dialed_number_length,
          m.dialing_number_length, m.dialed_number, m.dialing_number, m.subaddress);
  }
  bool operator==(const IncomingCallRequest&) const = default;
};

// RFC 2637 section 2.10
struct IncomingCallReply {
  static constexpr auto kType = ControlType::incoming_call_reply;
  static constexpr size_t kSize = 24;
  CallId call_id{};       // ours, 0 in a refusal
  CallId peer_call_id{};  // the PAC's, as received
  uint8_t result = 1;     // 1 accept, 2 error, 3 do not accept
  uint8_t error = 0;
  uint16_t receive_window = 0;    // packets
  uint16_t processing_delay = 0;  // 1/10 second

  static void fields(auto& m, auto& codec) {
    Reserved<2> reserved;
    codec(m.call_id, m.peer_call_id, m.result, m.error, m.receive_window, m.processing_delay,
          reserved);
  }
  bool operator==(const IncomingCallReply&) const = default;
};

// RFC 2637 section 2.11
struct IncomingCallConnected {
  static constexpr auto kType = ControlType::incoming_call_connected;
  static constexpr size_t kSize = 28;
  CallId peer_call_id{};
  uint32_t connect_speed = 0;     // bits per second
  uint16_t receive_window = 0;    // packets
  uint16_t processing_delay = 0;  // 1/10 second
  uint32_t framing_type = 0;

  static void fields(auto& m, auto& codec) {
    Reserved<2> reserved;
    codec(m.peer_call_id, reserved, m.connect_speed, m.receive_window, m.processing_delay,
          m.framing_type);
  }
  bool operator==(const IncomingCallConnected&) const = default;
};

// RFC 2637 section 2.12
struct CallClearRequest {
  static constexpr auto kType = ControlType::call_clear_request;
  static constexpr size_t kSize = 16;
  CallId call_id{};  // ours: the PNS's

  static void fields(auto& m, auto& codec) {
    Reserved<2> reserved;
    codec(m.call_id, reserved);
  }
  bool operator==(const CallClearRequest&) const = default;
};

// RFC 2637 section 2.13
struct CallDisconnectNotify {
  static constexpr auto kType = ControlType::call_disconnect_notify;
  static constexpr size_t kSize = 148;
  CallId call_id{};    // the PAC's
  uint8_t result = 0;  // 1 lost carrier, 2 error, 3 administrative, 4 requested
  uint8_t error = 0;
  uint16_t cause = 0;
  FixedText<128> statistics;

  static void fields(auto& m, auto& codec) {
    Reserved<2> reserved;
    codec(m.call_id, m.result, m.error, m.cause, reserved, m.statistics);
  }
  bool operator==(const CallDisconnectNotify&) const = default;
};

// RFC 2637 section 2.14
struct WanErrorNotify {
  static constexpr auto kType = ControlType::wan_error_notify;
  static constexpr size_t kSize = 40;
  CallId peer_call_id{};
  uint32_t crc_errors = 0;
  uint32_t framing_errors = 0;
  uint32_t hardware_overruns = 0;
  uint32_t buffer_overruns = 0;
  uint32_t timeout_errors = 0;
  uint32_t alignment_errors = 0;

  static void fields(auto& m, auto& codec) {
    Reserved<2> reserved;
    codec(m.peer_call_id, reserved, m.crc_errors, m.framing_errors, m.hardware_overruns,
          m.buffer_overruns, m.timeout_errors, m.alignment_errors);
  }
  bool operator==(const WanErrorNotify&) const = default;
};

// RFC 2637 section 2.15
struct SetLinkInfo {
  static constexpr auto kType = ControlType::set_link_info;
  static constexpr size_t kSize = 24;
  CallId peer_call_id{};  // the PAC's
  uint32_t send_accm = 0xFFFFFFFF;
  uint32_t receive_accm = 0xFFFFFFFF;

  static void fields(auto& m, auto& codec) {
    Reserved<2> reserved;
    codec(m.peer_call_id, reserved, m.send_accm, m.receive_accm);
  }
  bool operator==(const SetLinkInfo&) const = default;
};

// These have the order of ControlType: the index of an alternative is its type minus one.
using ControlMessage =
    std::variant<StartControlConnectionRequest, StartControlConnectionReply,
                 StopControlConnectionRequest, StopControlConnectionReply, EchoRequest, EchoReply,
                 OutgoingCallRequest, OutgoingCallReply, IncomingCallRequest, IncomingCallReply,
                 IncomingCallConnected, CallClearRequest, CallDisconnectNotify, WanErrorNotify,
                 SetLinkInfo>;

// Why bytes are not a control message. In each case but unknown_type the framing is lost, and the
// connection has to be closed at once (section 1.4).
enum class Malformed : uint8_t {
  wrong_length,        // not the length that this type has, or shorter than any header
  wrong_message_type,  // not a PPTP control message
  wrong_cookie,
  unknown_type,  // control message type outside 1..15
  bad_body,      // a field that cannot be read
};

std::string_view describe(Malformed malformed);
std::string_view name(ControlType type);  // "Start-Control-Connection-Request"
ControlType type_of(const ControlMessage& message);

// The length that a message of this type has on the wire, or 0 if there is no such type.
size_t wire_size(uint16_t type);

// Checks the first bytes of a message, so that rubbish is refused before its body arrives. It looks
// at no more than kControlHeaderSize bytes. Returns the length of the message, or 0 if `head` is
// still too short to tell. A message of an unknown type may have any length up to
// kMaxControlMessageSize.
std::variant<size_t, Malformed> check_header(ByteSpan head);

std::variant<ControlMessage, Malformed> parse_control_message(ByteSpan message);
Bytes encode(const ControlMessage& message);

}  // namespace callgate
