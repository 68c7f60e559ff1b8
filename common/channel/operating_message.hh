// SPDX-License-Identifier: GPL-2.0-or-later
// Messages of the channel (channel_message.hh) with which somebody looks closer at running calls:
// how much is logged, and what passes.
//
//   pptpctl             call manager                 gateway
//   LogLevelRequest ──▶              GatewayLogLevel ──▶
//                   ◀── LogLevelInfo               ◀──  GatewayLogLevel
//
//   CaptureRequest  ──▶
//                   ◀── CaptureStarted
//                                    CaptureCredit ──▶    start
//                   ◀── Captured                   ◀──  Captured, as long as there is credit
//   CaptureCredit   ──▶              CaptureCredit ──▶    so many more
//   CaptureStop     ──▶              CaptureStop   ──▶
//                   ◀── CaptureEnded               ◀──  CaptureEnded, also when the call ends
#pragma once

#include <chrono>
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
  uint32_t asker = 0;  // the manager's number for whoever asks: comes back with the answer
  static void fields(auto& m, auto& codec) { codec(m.level, m.asker); }
  bool operator==(const GatewayLogLevel&) const = default;
};

struct CaptureRequest {
  static constexpr uint8_t kTag = 23;
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

constexpr uint16_t kCaptureCredit = 8;         // records on their way: less than a socket holds
constexpr size_t kMaxCapturedPacket = 4200;    // bytes; IP and GRE headers and kMaxFrameSize
constexpr size_t kMaxCapturedTogether = 7900;  // bytes of all packets in one record, with headers

// So many more records may come. The first one starts the capture.
struct CaptureCredit {
  static constexpr uint8_t kTag = 25;
  uint32_t capture = 0;  // the manager's number for it; 0 from pptpctl, which has one only
  uint16_t records = 0;
  static void fields(auto& m, auto& codec) { codec(m.capture, m.records); }
  bool operator==(const CaptureCredit&) const = default;
};

enum class Passage : uint8_t {
  gre_sent,            // from the GRE header on
  gre_received,        // the same
  gre_received_whole,  // from the IPv4 header on: a raw socket gives it
  control_sent,        // one control message
  control_received,    // the same
};
constexpr size_t kPassages = static_cast<size_t>(Passage::control_received) + 1;

inline uint64_t nanoseconds_since_1970() {
  using namespace std::chrono;
  return static_cast<uint64_t>(
      duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count());
}

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
  uint32_t capture = 0;
  uint64_t dropped = 0;  // packets so far, for want of credit
  std::vector<CapturedPacket> packets;
  static void fields(auto& m, auto& codec) { codec(m.capture, m.dropped, m.packets); }
  bool operator==(const Captured&) const = default;
};

struct CaptureStop {
  static constexpr uint8_t kTag = 27;
  uint32_t capture = 0;
  static void fields(auto& m, auto& codec) { codec(m.capture); }
  bool operator==(const CaptureStop&) const = default;
};

struct CaptureEnded {
  static constexpr uint8_t kTag = 28;
  uint32_t capture = 0;
  uint64_t dropped = 0;    // packets, in all
  bool call_over = false;  // and the reason for that
  Reason reason;
  static void fields(auto& m, auto& codec) { codec(m.capture, m.dropped, m.call_over, m.reason); }
  bool operator==(const CaptureEnded&) const = default;
};

}  // namespace callgate
