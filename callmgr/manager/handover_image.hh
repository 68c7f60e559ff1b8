// SPDX-License-Identifier: GPL-2.0-or-later
// What a call manager leaves to the next one, so that no call notices a restart: a list of records
// with everything that it knows, and its descriptors. The records name the descriptors by inode, so
// their order and number do not matter, and systemd's descriptor store carries them as well as a
// Unix socket. Times are points of the boot clock, which is the same for both managers.
#pragma once

#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "callmgr/control/control_link.hh"
#include "callmgr/manager/held_call.hh"
#include "callmgr/manager/refused_logins.hh"

namespace callgate::handover {

// A field is only ever added at the end of a fields(), and none is removed: then earlier and later
// releases read each other's images (image_codec.hh). Raise kVersion only if a release that does
// not know of a change would do harm; raise kOldestVersion when images that old are not read any
// more.
constexpr uint16_t kVersion = 3, kOldestVersion = 3;
constexpr size_t kMaxImage = 64 << 20;  // bytes; 4096 calls take about two million
// A manager that dies while it reads an image leaves it to the next one this many times.
constexpr uint8_t kMostAttempts = 2;

// The beginning of an image. Versions 1 and 2 had another one, which began with the octet 1.
struct Preface {
  static constexpr uint8_t kMark = 0xCA;
  uint8_t mark = kMark;
  uint8_t attempts = 0;  // managers that have begun to read it
  uint16_t version = kVersion;
  static void fields(auto& m, auto& codec) { codec(m.mark, m.attempts, m.version); }
};

struct Head {  // the first record
  static constexpr uint8_t kTag = 1;
  uint64_t network_namespace = 0;
  uint64_t listener = 0;      // inode
  uint16_t next_call_id = 1;  // for releases that count on from it
  uint32_t next_link = 1, next_client = 1;
  Duration idle_exit{0};
  static void fields(auto& m, auto& codec) {
    codec(m.network_namespace, m.listener, m.next_call_id, m.next_link, m.next_client, m.idle_exit);
  }
};

struct LinkState {
  static constexpr uint8_t kTag = 3;
  uint64_t socket = 0;  // inode; 0 = not connected: it is dialled again from the first address on
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

struct Queued {  // what a client has not read yet
  static constexpr uint8_t kTag = 7;
  uint32_t client = 0;
  std::string messages;  // each after its size in 16 bits
  static void fields(auto& m, auto& codec) { codec(m.client, m.messages); }
};

struct LogLevel {  // only if pptpctl has set it
  static constexpr uint8_t kTag = 8;
  uint8_t level = 0;  // number of a log::Level
  static void fields(auto& m, auto& codec) { codec(m.level); }
};

struct RefusedLogin {
  static constexpr uint8_t kTag = 9;
  RefusedLogins::State state;
  static void fields(auto& m, auto& codec) { codec(m.state); }
};

using Record =
    std::variant<Head, LinkState, CallState, Unsent, ClientState, Queued, LogLevel, RefusedLogin>;
using Records = std::vector<Record>;

Bytes encode(const Records& records);

// Returns nullopt if any part cannot be understood, or if the first record is not the only Head.
// Records of a kind that we do not know are skipped.
std::optional<Records> parse(ByteSpan image);

// Why a call manager that reads these versions cannot read our image. nullopt if it can.
std::optional<std::string> unreadable_by(uint16_t oldest, uint16_t newest);

// The inode of a socket is the same in every process that has the socket. Throws OsError.
uint64_t inode(int fd);

// Descriptors, found by inode.
class Descriptors {
 public:
  void add(UniqueFd fd);
  UniqueFd take(uint64_t inode);  // empty if it is not there

 private:
  std::map<uint64_t, UniqueFd> by_inode_;
};

// Writes the image to a file without a name, and reads it back. read_image() notes in the file that
// it has begun. Both throw OsError.
UniqueFd write_image(const Records& records);
Records read_image(int fd);

// What goes from one manager to the other.
struct Estate {
  Records records;
  Descriptors descriptors;
};

// Finds the image among the descriptors that the other manager has left. Throws OsError.
Estate sort_out(std::vector<UniqueFd> descriptors);

}  // namespace callgate::handover
