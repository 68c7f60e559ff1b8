// SPDX-License-Identifier: GPL-2.0-or-later
// Joins the packets of a batch that follow each other in one TCP connection, so that the network
// interface gets them with one write, as from a network card that does so (GRO). The kernel can
// take the large packet apart again exactly, if it has to forward it.
//
// Only what is beyond doubt is joined: TCP without IP options, extension headers or fragments; the
// same header but for the length, the sum, FIN and PSH; consecutive bytes; each packet as long as
// the first one, but for the last. PSH, FIN and a shorter packet end the large one. The sums of all
// these packets are right: nothing else protects what GRE and MPPE carry, and the kernel does not
// check the parts of a large packet. Each other packet is written alone, as it came.
//
// The packets of a connection keep their order. Nothing is held back beyond one batch.
#pragma once

#include <sys/uio.h>

#include <optional>
#include <vector>

#include "gre/engine/checksum.hh"
#include "gre/engine/virtio_header.hh"

namespace callgate {

class Coalescer {
 public:
  // Takes a whole IP packet (parse_ip_packet()) without padding. Its bytes stay where they are
  // until write() or the end of this object, and may be changed.
  void add(std::span<uint8_t> packet);

  // Calls `out(pieces, packets)` for each large or single packet, and forgets them. The pieces are
  // what writev() takes; `packets` is how many are in them.
  template <typename Out>
  void write(Out out) {
    for (Group& group : groups_) out(pieces(group), group.packets);
    groups_.clear();
    members_.clear();
  }

 private:
  // Where the parts of a TCP packet without IP options are.
  struct Tcp {
    size_t transport = 0;  // where TCP's header begins
    size_t headers = 0;    // bytes before the payload
    uint32_t sequence = 0;
    bool joinable = false;  // it has a payload, and no flag that speaks against it
    bool last = false;      // PSH or FIN
  };
  struct Group {
    std::span<uint8_t> first;  // the first packet
    Tcp tcp;
    size_t size = 0;             // bytes, in all
    uint32_t next_sequence = 0;  // of a packet that may be joined
    bool open = false;           // another packet may be joined
    bool verified = false;       // the sums of the first packet
    size_t packets = 1;
    size_t second = 0, last = 0;  // the packets after the first one, in members_
  };
  struct Member {
    std::span<uint8_t> payload;
    size_t next = 0;
  };

  static std::optional<Tcp> parse(ByteSpan packet);
  static bool same_connection(ByteSpan a, const Tcp& tcp, ByteSpan b);
  static bool same_headers(ByteSpan a, const Tcp& tcp, ByteSpan b);
  static bool sums_are_right(ByteSpan packet, const Tcp& tcp);
  Group* latest_of(ByteSpan packet, const Tcp& tcp);
  bool join(Group& group, std::span<uint8_t> packet, const Tcp& tcp);
  std::span<const iovec> pieces(Group& group);
  static VirtioHeader complete(Group& group);

  std::vector<Group> groups_;  // in the order in which they began
  std::vector<Member> members_;
  std::vector<iovec> pieces_;
  VirtioHeader header_;  // of the packet in pieces_
};

}  // namespace callgate
