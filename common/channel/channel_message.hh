// SPDX-License-Identifier: GPL-2.0-or-later
// The messages between our own processes: pptp, pptp-gre and pptpctl on one side, the call manager
// on the other, over a SOCK_SEQPACKET Unix socket. One record is one message: a tag, then the
// fields. They are parsed as hostile input all the same.
//
//   gateway                     call manager
//                        ◀──  Welcome             to every client, as soon as it is accepted
//   CallRequest          ──▶                      (sent by pptp, which then becomes pptp-gre)
//                        ◀──  CallAssigned        the server answers; here is your call id
//   GatewayReady         ──▶                      the socket filter is in place: request the call
//                        ◀──  CallConnected | CallEnded
//   LinkInfo             ──▶                      LCP agreed on these control character maps
//   LoginVerdict         ──▶                      the server refused pppd's name or password
//                        ◀──  StatisticsRequest   somebody wants the statistics of the call
//   CallStatistics       ──▶                      the statistics
//   (closes)             ──▶                      hang up
//                        ◀──  CallEnded           the server hung up, or something failed
#pragma once

#include <optional>
#include <variant>

#include "common/channel/operating_message.hh"
#include "common/channel/reason.hh"
#include "common/wire/ids.hh"
#include "common/wire/ip_address.hh"

namespace callgate {

constexpr uint16_t kChannelVersion = 1;
constexpr size_t kMaxChannelMessage = 8192;  // bytes
constexpr size_t kMaxServerAddresses = 32;   // the manager tries this many addresses of a name
constexpr size_t kMaxChannelText = 1024;     // bytes of any text in a message

// The pppd that has started a pptp, and may start more if it has the option persist. The time tells
// it from a later process with the same pid.
struct PppdProcess {
  uint32_t pid = 0;      // 0 = there is none, or it is not known
  uint64_t started = 0;  // clock ticks after the boot, as /proc/PID/stat has it
  static void fields(auto& m, auto& codec) { codec(m.pid, m.started); }
  auto operator<=>(const PppdProcess&) const = default;
};

struct CallRequest {
  static constexpr uint8_t kTag = 1;
  uint16_t version = kChannelVersion;
  uint64_t network_namespace = 0;  // inode of /proc/self/ns/net: both must be in the same one
  std::string server_name;         // as the user has given it
  std::vector<IpAddress> servers;  // tried in this order
  IpAddress local_bind;            // none = any
  std::string device;              // SO_BINDTODEVICE; empty = any
  uint32_t mark = 0;               // SO_MARK, 0 = none
  bool host_route = true;          // hold a route to the server outside the tunnel
  bool share_control = false;      // join a connection with a free channel
  uint32_t idle_wait = 60'000;     // ms without a control message before an Echo-Request, 0 = never
  uint32_t max_echo_wait = 60'000;    // ms for the Echo-Reply
  uint32_t connect_timeout = 30'000;  // ms for one address to accept, and to reply to our SCCRQ
  uint16_t call_id = 0;               // 0 = any
  uint16_t receive_window = 64;       // packets
  bool quirk_bezeq = false;           // --quirks BEZEQ_ISRAEL
  std::string phone;
  std::string client_hostname;  // host name of the Start-Control-Connection-Request
  std::string log_name;         // --logstring
  PppdProcess pppd;             // that has started pptp
  std::string tunnel;           // name of its peers file; empty = none, or not known
  std::string interface;        // of the tunnel, if it has no pppd
  std::string terminal;         // of pppd: the other end of pptp's pty; empty = none

  static void fields(auto& m, auto& codec) {
    codec(m.version, m.network_namespace, m.server_name, m.servers, m.local_bind, m.device, m.mark,
          m.host_route, m.share_control, m.idle_wait, m.max_echo_wait, m.connect_timeout, m.call_id,
          m.receive_window, m.quirk_bezeq, m.phone, m.client_hostname, m.log_name, m.pppd, m.tunnel,
          m.interface, m.terminal);
  }
  bool operator==(const CallRequest&) const = default;
};

struct CallAssigned {
  static constexpr uint8_t kTag = 2;
  CallId call_id{};
  IpAddress server;
  IpAddress local;     // this end's address of the control connection
  uint32_t mark = 0;   // SO_MARK of the GRE socket, 0 = none: only an operator's call has one
  std::string device;  // SO_BINDTODEVICE of the GRE socket; empty = any

  static void fields(auto& m, auto& codec) {
    codec(m.call_id, m.server, m.local, m.mark, m.device);
  }
  bool operator==(const CallAssigned&) const = default;
};

struct GatewayReady {
  static constexpr uint8_t kTag = 3;
  static void fields(auto&, auto&) {}
  bool operator==(const GatewayReady&) const = default;
};

struct CallConnected {
  static constexpr uint8_t kTag = 4;
  CallId peer_call_id{};
  uint32_t connect_speed = 0;     // bits per second
  uint16_t peer_window = 0;       // packets, 0 = no limit
  uint16_t processing_delay = 0;  // 1/10 second

  static void fields(auto& m, auto& codec) {
    codec(m.peer_call_id, m.connect_speed, m.peer_window, m.processing_delay);
  }
  bool operator==(const CallConnected&) const = default;
};

struct CallEnded {
  static constexpr uint8_t kTag = 5;
  Reason reason;
  static void fields(auto& m, auto& codec) { codec(m.reason); }
  bool operator==(const CallEnded&) const = default;
};

// The character maps that LCP has agreed on, for Set-Link-Info (RFC 2637 section 2.15).
struct LinkInfo {
  static constexpr uint8_t kTag = 6;
  uint32_t send_accm = 0xFFFFFFFF;
  uint32_t receive_accm = 0xFFFFFFFF;
  static void fields(auto& m, auto& codec) { codec(m.send_accm, m.receive_accm); }
  bool operator==(const LinkInfo&) const = default;
};

// What the server has said last about pppd's name and password. It is sent if they are refused, and
// if the server then accepts them after all.
struct LoginVerdict {
  static constexpr uint8_t kTag = 31;
  bool refused = false;
  static void fields(auto& m, auto& codec) { codec(m.refused); }
  bool operator==(const LoginVerdict&) const = default;
};

// pptpctl status: answered by one ConnectionInfo per control connection, each followed by its
// CallInfo records, then ListEnd. With statistics, CallStatistics follow the CallInfo of each call
// whose gateway has answered in time.
struct StatusRequest {
  static constexpr uint8_t kTag = 7;
  uint16_t version = kChannelVersion;
  bool statistics = false;
  static void fields(auto& m, auto& codec) { codec(m.version, m.statistics); }
  bool operator==(const StatusRequest&) const = default;
};

struct ConnectionInfo {
  static constexpr uint8_t kTag = 8;
  uint32_t id = 0;
  std::string server_name;
  IpAddress server;
  IpAddress local;
  std::string state;                        // name of ControlConnection's state
  std::string peer_host_name, peer_vendor;  // foreign text
  uint16_t peer_firmware = 0;
  uint16_t maximum_channels = 0;
  uint32_t age = 0;  // s since the TCP connection was begun
  uint64_t echoes_sent = 0, echoes_answered = 0;
  uint64_t wan_errors = 0;     // WAN-Error-Notify messages
  uint64_t refused_calls = 0;  // Incoming-Call-Requests refused
  bool host_route = false;     // we hold a route for it

  static void fields(auto& m, auto& codec) {
    codec(m.id, m.server_name, m.server, m.local, m.state, m.peer_host_name, m.peer_vendor,
          m.peer_firmware, m.maximum_channels, m.age, m.echoes_sent, m.echoes_answered,
          m.wan_errors, m.refused_calls, m.host_route);
  }
  bool operator==(const ConnectionInfo&) const = default;
};

struct CallInfo {
  static constexpr uint8_t kTag = 9;
  uint32_t connection_id = 0;
  CallId call_id{}, peer_call_id{};
  std::string state;  // name of the call's stage
  std::string name;   // --logstring
  uint32_t uid = 0;   // whose call it is
  uint32_t pid = 0;   // the gateway
  uint32_t age = 0;   // s since it was requested
  PppdProcess pppd;   // as CallRequest has this and the rest
  std::string tunnel, interface, terminal;

  static void fields(auto& m, auto& codec) {
    codec(m.connection_id, m.call_id, m.peer_call_id, m.state, m.name, m.uid, m.pid, m.age, m.pppd,
          m.tunnel, m.interface, m.terminal);
  }
  bool operator==(const CallInfo&) const = default;
};

struct ListEnd {
  static constexpr uint8_t kTag = 10;
  uint32_t count = 0;  // of what was listed or done
  static void fields(auto& m, auto& codec) { codec(m.count); }
  bool operator==(const ListEnd&) const = default;
};

// pptpctl hangup: answered by ListEnd with the number of calls.
struct HangUpRequest {
  static constexpr uint8_t kTag = 11;
  uint16_t version = kChannelVersion;
  uint16_t call_id = 0;  // 0 = not by call id
  std::string server;    // name or address; empty = any
  bool all = false;
  static void fields(auto& m, auto& codec) { codec(m.version, m.call_id, m.server, m.all); }
  bool operator==(const HangUpRequest&) const = default;
};

// The first record on every channel, before the client has sent anything. If a manager that is
// ending closes its listening socket with clients in the queue, they see the end of the channel
// instead, and know that nobody has begun to serve them.
struct Welcome {
  static constexpr uint8_t kTag = 12;
  uint16_t version = kChannelVersion;
  uint64_t network_namespace = 0;  // inode of the manager's /proc/self/ns/net
  static void fields(auto& m, auto& codec) { codec(m.version, m.network_namespace); }
  bool operator==(const Welcome&) const = default;
};

// pptp-callmgr --take-over of an early release, which cannot read our image. It is refused.
struct EarlyTakeOver {
  static constexpr uint8_t kTag = 13;
  uint16_t version = kChannelVersion;
  static void fields(auto& m, auto& codec) { codec(m.version); }
  bool operator==(const EarlyTakeOver&) const = default;
};

// pptp-callmgr --take-over: a new call manager asks the old one for everything, batch by batch
// (callmgr/manager/giving.hh). Each answer is one HandOver with descriptors, or CallEnded with a
// reason. When the new one has everything and is ready to serve, it says Taken.
struct TakeOver {
  static constexpr uint8_t kTag = 29;
  uint16_t version = kChannelVersion;
  uint16_t oldest_image = 0, newest_image = 0;  // the versions of the image that it reads
  static void fields(auto& m, auto& codec) { codec(m.version, m.oldest_image, m.newest_image); }
  bool operator==(const TakeOver&) const = default;
};

struct Taken {
  static constexpr uint8_t kTag = 30;
  static void fields(auto&, auto&) {}
  bool operator==(const Taken&) const = default;
};

struct HandOver {
  static constexpr uint8_t kTag = 14;
  uint32_t descriptors = 0;  // in all records together
  static void fields(auto& m, auto& codec) { codec(m.descriptors); }
  bool operator==(const HandOver&) const = default;
};

// To the gateway of a call that is up, which answers with CallStatistics.
struct StatisticsRequest {
  static constexpr uint8_t kTag = 15;
  static void fields(auto&, auto&) {}
  bool operator==(const StatisticsRequest&) const = default;
};

struct CallStatistics {
  static constexpr uint8_t kTag = 16;
  uint64_t uptime = 0;           // ms since the call came up, by the gateway's clock
  std::vector<uint64_t> values;  // in the order of kStatistics (statistics.hh)
  static void fields(auto& m, auto& codec) { codec(m.uptime, m.values); }
  bool operator==(const CallStatistics&) const = default;
};

using ChannelMessage =
    std::variant<CallRequest, CallAssigned, GatewayReady, CallConnected, CallEnded, LinkInfo,
                 StatusRequest, ConnectionInfo, CallInfo, ListEnd, HangUpRequest, Welcome,
                 EarlyTakeOver, TakeOver, Taken, HandOver, StatisticsRequest, CallStatistics,
                 LogLevelRequest, LogLevelInfo, GatewayLogLevel, CaptureRequest, CaptureStarted,
                 CaptureBegin, Captured, CaptureStop, CaptureEnded, LoginVerdict>;

Bytes encode(const ChannelMessage& message);

// Returns nullopt for an unknown tag, a short or long record, or a value outside its range.
std::optional<ChannelMessage> parse_channel_message(ByteSpan record);

// Whether no message of ours has this record's tag: the other side may be newer.
bool has_unknown_tag(ByteSpan record);

}  // namespace callgate
