// SPDX-License-Identifier: GPL-2.0-or-later
// What a call manager leaves to the next one, so that no call notices a restart: all it knows, as a
// list of records, and its descriptors, which the records name by inode. Order and number of the
// descriptors do not matter, so systemd's descriptor store and a Unix socket carry them alike.
// Times are points of the monotonic clock, which both managers read. Pure, but for Descriptors.
#pragma once

#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "callmgr/control/control_link.hh"
#include "callmgr/manager/held_call.hh"

namespace callgate::handover {

// To be raised with every change of a record, or of the fields() of what a record holds.
constexpr uint16_t kVersion = 2;
constexpr size_t kMaxImage = 64 << 20;  // bytes; 4096 calls take about two million

struct Head {  // the first record
  static constexpr uint8_t kTag = 1;
  uint16_t version = kVersion;
  uint64_t network_namespace = 0;
  uint64_t listener = 0;  // inode
  uint16_t next_call_id = 1;
  uint32_t next_link = 1, next_client = 1;
  Duration idle_exit{0};
  static void fields(auto& m, auto& codec) {
    codec(m.version, m.network_namespace, m.listener, m.next_call_id, m.next_link, m.next_client,
          m.idle_exit);
  }
};

struct HeldRoute {
  static constexpr uint8_t kTag = 2;
  Route route;
  static void fields(auto& m, auto& codec) { codec(m.route); }
};

struct LinkState {
  static constexpr uint8_t kTag = 3;
  uint64_t socket = 0;  // inode; 0 = not connected yet: to be dialled from the first address again
  ControlLink::State state;
  static void fields(auto& m, auto& codec) { codec(m.socket, m.state); }
};

struct CallState {
  static constexpr uint8_t kTag = 4;
  uint32_t link = 0;
  Call call;
  static void fields(auto& m, auto& codec) { codec(m.link, m.call); }
};

struct Unsent {  // part of what a server has not read yet
  static constexpr uint8_t kTag = 5;
  uint32_t link = 0;
  std::string bytes;
  static void fields(auto& m, auto& codec) { codec(m.link, m.bytes); }
};

struct ClientState {
  static constexpr uint8_t kTag = 6;
  uint32_t number = 0;
  uint64_t socket = 0;  // inode
  HeldCall::State call;
  static void fields(auto& m, auto& codec) { codec(m.number, m.socket, m.call); }
};

struct Queued {  // a message that a client has not read yet
  static constexpr uint8_t kTag = 7;
  uint32_t client = 0;
  std::string record;
  static void fields(auto& m, auto& codec) { codec(m.client, m.record); }
};

struct LogLevel {  // as pptpctl has set it; only then
  static constexpr uint8_t kTag = 8;
  uint8_t level = 0;  // number of a log::Level
  static void fields(auto& m, auto& codec) { codec(m.level); }
};

using Record =
    std::variant<Head, HeldRoute, LinkState, CallState, Unsent, ClientState, Queued, LogLevel>;
using Records = std::vector<Record>;

Bytes encode(const Records& records);

// Nothing is yielded unless all of it can be understood, and begins with a Head of our version.
std::optional<Records> parse(ByteSpan image);

// Of a socket: the same in every process that holds it. Throws OsError.
uint64_t inode(int fd);

// Descriptors to be found by inode.
class Descriptors {
 public:
  void add(UniqueFd fd);
  UniqueFd take(uint64_t inode);  // empty if it is not there

 private:
  std::map<uint64_t, UniqueFd> by_inode_;
};

// A file without a name that holds the image, and what is read back from one. Throw OsError.
UniqueFd write_image(const Records& records);
Records read_image(int fd);

// What goes from one manager to the other.
struct Estate {
  Records records;
  Descriptors descriptors;
};

// Sorts out what the other manager has left: one of the descriptors is the image. Throws OsError.
Estate sort_out(std::vector<UniqueFd> descriptors);

}  // namespace callgate::handover
