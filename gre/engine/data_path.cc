// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/data_path.hh"

#include "common/wire/hdlc.hh"

namespace callgate {
namespace {

using ppp::Protocol;

constexpr size_t kInnerProtocol = 2;  // bytes: never compressed, which every server accepts

Protocol protocol_of(IpVersion version) {
  return version == IpVersion::v4 ? Protocol::ipv4 : Protocol::ipv6;
}

}  // namespace

void DataPath::encrypt(const ppp::Encryption& encryption) {
  sender_.reset();
  receiver_.reset();
  if (encryption.send) sender_.emplace(encryption.keys.send, *encryption.send);
  if (encryption.receive) receiver_.emplace(encryption.keys.receive, *encryption.receive);
  stateless_ = encryption.receive && encryption.receive->stateless;
}

void DataPath::reset_keys() {
  if (sender_) sender_->reset();
}

bool DataPath::stands_alone(ByteSpan frame) const {
  if (!stateless_) return false;
  auto parsed = ppp::parse_frame(frame);
  return parsed && parsed->protocol == Protocol::compressed;
}

std::optional<DataPath::Outgoing> DataPath::outgoing(std::span<uint8_t> packet) {
  auto ip = parse_ip_packet(packet);
  if (!ip || !is_up(ip->version) || (encryption_required_ && !sender_)) {
    statistics_.tx_refused++;
    return std::nullopt;
  }
  clamp_segment_size(*ip, mtu_);
  Outgoing out{.protocol = protocol_of(ip->version), .packet = ip->bytes};
  auto outer = sender_ ? Protocol::compressed : out.protocol;
  out.header_size = ppp::write_header(out.header, outer, compression_);
  out.frame_size = out.header_size + ip->bytes.size();
  if (sender_) out.frame_size += ppp::kMppeHeader + kInnerProtocol;
  if (out.frame_size > kMaxFrameSize) {
    statistics_.tx_oversize++;
    return std::nullopt;
  }
  return out;
}

void DataPath::write(const Outgoing& outgoing, uint8_t* to) {
  to = std::copy_n(outgoing.header.begin(), outgoing.header_size, to);
  auto& packet = outgoing.packet;
  sent_ += packet.size();
  if (!sender_) {
    std::copy(packet.begin(), packet.end(), to);
    return;
  }
  uint8_t* plain = to + ppp::kMppeHeader;
  plain[0] = static_cast<uint8_t>(static_cast<uint16_t>(outgoing.protocol) >> 8);
  plain[1] = static_cast<uint8_t>(outgoing.protocol);
  std::copy(packet.begin(), packet.end(), plain + kInnerProtocol);
  sender_->encrypt({plain, kInnerProtocol + packet.size()}, to);
}

DataPath::Incoming DataPath::incoming(const ppp::Frame& frame, Sequence sequence) {
  switch (frame.protocol) {
    case Protocol::compressed:
      if (!receiver_) return refuse(&Statistics::rx_refused);
      return decrypted(frame.payload, sequence);
    case Protocol::ipv4:
    case Protocol::ipv6:
      // With MPPE agreed on, a plain packet comes from somebody else, or the server is broken.
      if (encryption_required_ || receiver_) return refuse(&Statistics::rx_refused);
      if (frame.payload.size() > buffer_.size()) return refuse(&Statistics::rx_refused);
      std::copy(frame.payload.begin(), frame.payload.end(), buffer_.begin());
      return deliver(frame.protocol, std::span(buffer_).first(frame.payload.size()));
    default: return frame;
  }
}

DataPath::Incoming DataPath::refuse(uint64_t Statistics::*counter) {
  (statistics_.*counter)++;
  return Refused{};
}

// Linux encrypts all that is neither LCP nor CCP, IPCP too. RFC 3078 section 3 has only datagrams
// encrypted.
DataPath::Incoming DataPath::decrypted(ByteSpan datagram, Sequence sequence) {
  using Verdict = ppp::MppeReceiver::Verdict;
  if (datagram.size() > buffer_.size()) return refuse(&Statistics::rx_undecrypted);
  auto verdict = receiver_->decrypt(datagram, buffer_.data(), sequence);
  if (verdict != Verdict::decrypted) statistics_.rx_undecrypted++;
  if (verdict == Verdict::lost) return Lost{};
  if (verdict != Verdict::decrypted) return Refused{};
  auto inner = ppp::parse_frame(ByteSpan(buffer_).first(datagram.size() - ppp::kMppeHeader));
  if (!inner || inner->protocol == Protocol::compressed) return refuse(&Statistics::rx_undecrypted);
  if (inner->protocol != Protocol::ipv4 && inner->protocol != Protocol::ipv6) return *inner;
  auto at = static_cast<size_t>(inner->payload.data() - buffer_.data());
  return deliver(inner->protocol, std::span(buffer_).subspan(at, inner->payload.size()));
}

// The packet is in buffer_.
DataPath::Incoming DataPath::deliver(Protocol protocol, std::span<uint8_t> packet) {
  auto ip = parse_ip_packet(packet);
  if (!ip || protocol_of(ip->version) != protocol || !is_up(ip->version))
    return refuse(&Statistics::rx_refused);
  clamp_segment_size(*ip, mtu_);
  received_ += ip->bytes.size();
  return ByteSpan(ip->bytes);
}

}  // namespace callgate
