// SPDX-License-Identifier: GPL-2.0-or-later
// A captured call as a pcap file: packets begin with the IP header (LINKTYPE_RAW), and times are in
// nanoseconds. Our processes never see some of the headers. They are made up here, so that every
// reader of such files understands them: IP for GRE, IP and TCP for control messages. Pure.
#pragma once

#include "common/channel/operating_message.hh"

namespace callgate {

class Pcap {
 public:
  Pcap(const IpAddress& local, const IpAddress& server, uint16_t local_port)
      : local_(local), server_(server), local_port_(local_port) {}

  static Bytes file_header();
  Bytes packet(const CapturedPacket& captured);

 private:
  struct Stream {
    uint32_t next = 1;  // TCP sequence number
  };

  Bytes ip_packet(const CapturedPacket& captured);
  Bytes ip(bool sent, uint8_t protocol, const Bytes& payload);
  Bytes tcp(bool sent, ByteSpan message);
  Bytes pseudo_header(bool sent, size_t length) const;
  const IpAddress& source(bool sent) const { return sent ? local_ : server_; }

  IpAddress local_, server_;
  uint16_t local_port_;
  uint16_t ip_number_ = 0;
  Stream sent_, received_;
};

// RFC 1071.
uint16_t internet_checksum(ByteSpan data);

}  // namespace callgate
