// SPDX-License-Identifier: GPL-2.0-or-later
// Which IP packets may pass between the network interface and the server, and how they look on the
// wire: PPP's header, and MPPE. Does no I/O.
//
// If encryption is required, nothing passes that is not encrypted. No packet passes before its
// protocol is up.
#pragma once

#include <array>
#include <variant>

#include "common/channel/statistics.hh"
#include "gre/engine/ip_packet.hh"
#include "ppp/frame.hh"
#include "ppp/link.hh"
#include "ppp/mppe.hh"

namespace callgate {

class DataPath {
 public:
  // Counts in `statistics` what does not pass.
  DataPath(bool encryption_required, Statistics& statistics)
      : encryption_required_(encryption_required), statistics_(statistics) {}

  void encrypt(const ppp::Encryption& encryption);
  void reset_keys();
  void set_up(IpVersion version, bool up) { up_[index(version)] = up; }
  void set_mtu(uint16_t mtu) { mtu_ = mtu; }  // of the network interface, bytes
  void compress(const ppp::HeaderCompression& compression) { compression_ = compression; }

  bool open() const { return up_[0] || up_[1]; }
  bool encrypts() const { return sender_.has_value(); }
  // Whether the frame can be decrypted without those before it.
  bool stands_alone(ByteSpan frame) const;

  // A packet on its way to the server.
  struct Outgoing {
    ppp::Protocol protocol{};
    ByteSpan packet;
    std::array<uint8_t, ppp::kMaxHeader> header{};
    size_t header_size = 0;
    size_t frame_size = 0;  // bytes that write() needs
  };
  // Returns nullopt if the packet may not go to the server. May change the packet.
  std::optional<Outgoing> outgoing(std::span<uint8_t> packet);
  // Writes the frame. Frames must be sent in the order in which they are written.
  void write(const Outgoing& outgoing, uint8_t* to);

  struct Refused {};
  struct Lost {};  // stateful MPPE has lost a packet
  // A packet for the network interface, a frame for the link, or neither. Valid until the next
  // call.
  using Incoming = std::variant<Refused, Lost, ByteSpan, ppp::Frame>;
  Incoming incoming(const ppp::Frame& frame, Sequence sequence);

  uint64_t sent() const { return sent_; }  // bytes of IP packets
  uint64_t received() const { return received_; }

 private:
  static size_t index(IpVersion version) { return version == IpVersion::v4 ? 0 : 1; }
  bool is_up(IpVersion version) const { return up_[index(version)]; }
  Incoming refuse(uint64_t Statistics::*counter);
  Incoming decrypted(ByteSpan datagram, Sequence sequence);
  Incoming deliver(ppp::Protocol protocol, std::span<uint8_t> packet);

  bool encryption_required_;
  Statistics& statistics_;
  std::optional<ppp::MppeSender> sender_;
  std::optional<ppp::MppeReceiver> receiver_;
  bool stateless_ = false;  // what we receive
  std::array<bool, 2> up_{};
  uint16_t mtu_ = 1500;
  ppp::HeaderCompression compression_;
  std::array<uint8_t, 4096> buffer_;  // what is received; no frame is longer (kMaxFrameSize)
  uint64_t sent_ = 0, received_ = 0;
};

}  // namespace callgate
