// SPDX-License-Identifier: GPL-2.0-or-later
// Which IP packets may pass between the network interface and the server, and how they look on the
// wire: PPP's header, and MPPE. Does no I/O.
//
// If encryption is required, nothing passes that is not encrypted. No packet passes before its
// protocol is up.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <variant>

#include "common/channel/statistics.hh"
#include "common/wire/mru.hh"
#include "gre/engine/segmenter.hh"
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

  // Takes one read of the network interface: a virtio header and a packet. Returns nullopt if it
  // may not go to the server.
  std::optional<Segmenter> outgoing(std::span<uint8_t> read);
  // The bytes of the frame for a packet of this size.
  size_t frame_size(size_t packet) const { return header_size() + packet; }
  // Writes a frame for packet i. It may leave only after seal().
  void write(const Segmenter& packets, size_t i, uint8_t* to);
  // Encrypts frames in their places, if packets are encrypted. Frames must be sent in the order in
  // which they are sealed.
  void seal(std::span<const std::span<uint8_t>> frames);

  struct Refused {
    bool clear_text = false;  // a plain packet, although MPPE was agreed on
  };
  struct Lost {};  // stateful MPPE has lost a packet
  // A packet for the network interface, a frame for the link, or neither. A part of the frame.
  using Incoming = std::variant<Refused, Lost, std::span<uint8_t>, ppp::Frame>;
  struct Received {
    std::span<uint8_t> frame;
    Sequence sequence;  // of the GRE packet that brought it
  };
  // Decrypts frames in their places, and calls `take` for each, in their order. Nothing but the
  // last one may be a control frame, because it may change the keys of what follows it.
  void incoming(std::span<const Received> frames,
                const std::function<void(const Received&, const Incoming&)>& take);

  uint64_t sent() const { return sent_; }  // bytes of IP packets
  uint64_t received() const { return received_; }

 private:
  static size_t index(IpVersion version) { return version == IpVersion::v4 ? 0 : 1; }
  bool is_up(IpVersion version) const { return up_[index(version)]; }
  Incoming refuse(uint64_t Statistics::*counter);
  using ToDecrypt = ppp::MppeReceiver::Packet;

  size_t header_size() const;
  Incoming incoming(const Received& received, const ToDecrypt*& decrypted);
  Incoming opened(const ToDecrypt& decrypted);
  Incoming deliver(ppp::Protocol protocol, std::span<uint8_t> packet);

  bool encryption_required_;
  Statistics& statistics_;
  std::optional<ppp::MppeSender> sender_;
  std::optional<ppp::MppeReceiver> receiver_;
  bool stateless_ = false;  // what we receive
  std::array<bool, 2> up_{};
  uint16_t mtu_ = kDefaultMru;
  ppp::HeaderCompression compression_;
  std::vector<ppp::MppeSender::Packet> to_encrypt_;
  std::vector<ToDecrypt> to_decrypt_;
  uint64_t sent_ = 0, received_ = 0;
};

}  // namespace callgate
