// SPDX-License-Identifier: GPL-2.0-or-later
// Messages of the channel (channel_message.hh) with which somebody looks closer at running calls:
// how much is logged, and what passes.
//
//   pptpctl             call manager                    gateway
//   LogLevelRequest ──▶              GatewayLogLevel ──▶
//                   ◀── LogLevelInfo                 ◀── GatewayLogLevel
//
//   CaptureRequest  ──▶              CaptureBegin    ──▶
//                   ◀── CaptureStarted
//   CaptureStop     ──▶              CaptureStop     ──▶
//                   ◀── CaptureEnded                 ◀── CaptureEnded, also when the call ends
//
// CaptureRequest and CaptureBegin pass one end of a socket pair of records (SOCK_SEQPACKET) that
// pptpctl has made. Gateway and manager write Captured records to it.
#pragma once

#include <string>
#include <vector>

#include "common/channel/reason.hh"
#include "common/wire/bytes.hh"
#include "common/wire/ids.hh"
#include "common/wire/ip_address.hh"

namespace callgate {

// A level is a number of log::Level; 0 leaves it as it is, and asks for it.
struct LogLevelRequest {
  static constexpr uint8_t kTag = 20;
  uint16_t version = 1;
  uint16_t call_id = 0;  // 0 = the manager, and all calls
  uint8_t level = 0;
  static void fields(auto& m, auto& codec) { codec(m.version, m.call_id, m.level); }
  bool operator==(const LogLevelRequest&) const = default;
};

// One for the manager, if it was asked for; then ListEnd with the number of gateways that have been
// asked; then one for each of these, when it has answered.
struct LogLevelInfo {
  static constexpr uint8_t kTag = 21;
  CallId call_id{};  // 0 = the manager
  uint8_t level = 0;
  static void fields(auto& m, auto& codec) { codec(m.call_id, m.level); }
  bool operator==(const LogLevelInfo&) const = default;
};

struct GatewayLogLevel {
  static constexpr uint8_t kTag = 22;
  uint8_t level = 0;
  uint32_t asker = 0;  // the manager's number for the asker: comes back with the answer
  static void fields(auto& m, auto& codec) { codec(m.level, m.asker); }
  bool operator==(const GatewayLogLevel&) const = default;
};

struct CaptureRequest {
  static constexpr uint8_t kTag = 23;
  static constexpr bool kPassesDescriptor = true;
  uint16_t version = 1;
  CallId call_id{};
  static void fields(auto& m, auto& codec) { codec(m.version, m.call_id); }
  bool operator==(const CaptureRequest&) const = default;
};

struct CaptureStarted {
  static constexpr uint8_t kTag = 24;
  IpAddress server, local;
  uint16_t local_port = 0;  // of the control connection
  static void fields(auto& m, auto& codec) { codec(m.server, m.local, m.local_port); }
  bool operator==(const CaptureStarted&) const = default;
};

constexpr size_t kMaxCapturedPacket = 4200;    // bytes; IP and GRE headers and kMaxFrameSize
constexpr size_t kMaxCapturedTogether = 7900;  // bytes of all packets in one record, with headers

struct CaptureBegin {
  static constexpr uint8_t kTag = 25;
  static constexpr bool kPassesDescriptor = true;
  uint32_t asker = 0;  // the manager's number for whoever captures: comes back with CaptureEnded
  static void fields(auto& m, auto& codec) { codec(m.asker); }
  bool operator==(const CaptureBegin&) const = default;
};

enum class Passage : uint8_t {
  gre_sent,            // from the GRE header on
  gre_received,        // the same
  gre_received_whole,  // from the IPv4 header on: a raw socket gives it
  control_sent,        // one control message
  control_received,    // the same
};
constexpr size_t kPassages = static_cast<size_t>(Passage::control_received) + 1;

uint64_t nanoseconds_since_1970();  // the clock of CapturedPacket::time

struct CapturedPacket {
  static constexpr size_t kOverhead = 11;  // bytes, beside those of the packet
  Passage passage = Passage::gre_sent;
  uint64_t time = 0;  // ns since 1970
  std::string bytes;  // any
  static void fields(auto& m, auto& codec) { codec(m.passage, m.time, m.bytes); }
  bool operator==(const CapturedPacket&) const = default;
};

struct Captured {
  static constexpr uint8_t kTag = 26;
  uint64_t dropped = 0;  // packets that this writer has dropped since its last record
  std::vector<CapturedPacket> packets;
  static void fields(auto& m, auto& codec) { codec(m.dropped, m.packets); }
  bool operator==(const Captured&) const = default;
};

struct CaptureStop {
  static constexpr uint8_t kTag = 27;
  uint32_t asker = 0;  // 0 from pptpctl, which has one capture only
  static void fields(auto& m, auto& codec) { codec(m.asker); }
  bool operator==(const CaptureStop&) const = default;
};

// Nothing is written to the socket after this.
struct CaptureEnded {
  static constexpr uint8_t kTag = 28;
  uint32_t asker = 0;
  uint64_t dropped = 0;    // packets, besides those that Captured records have told of
  bool call_over = false;  // for this reason
  Reason reason;
  static void fields(auto& m, auto& codec) { codec(m.asker, m.dropped, m.call_over, m.reason); }
  bool operator==(const CaptureEnded&) const = default;
};

}  // namespace callgate
