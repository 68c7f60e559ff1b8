// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/data_path.hh"

#include "common/wire/hdlc.hh"
#include "gre/writable.hh"

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

std::optional<Segmenter> DataPath::outgoing(std::span<uint8_t> read) {
  auto packets = Segmenter::of(read);
  if (!packets || !is_up(packets->version()) || (encryption_required_ && !sender_)) {
    statistics_.tx_refused++;
    return std::nullopt;
  }
  if (frame_size(packets->size(0)) > kMaxFrameSize) {
    statistics_.tx_oversize++;
    return std::nullopt;
  }
  return packets;
}

// Of what is encrypted, all that comes before the packet.
size_t DataPath::header_size() const {
  std::array<uint8_t, ppp::kMaxHeader> unused;
  if (!sender_) return ppp::write_header(unused, Protocol::ipv4, compression_);
  return ppp::write_header(unused, Protocol::compressed, compression_) + ppp::kMppeHeader +
         kInnerProtocol;
}

void DataPath::write(const Segmenter& packets, size_t i, uint8_t* to) {
  auto protocol = protocol_of(packets.version());
  std::array<uint8_t, ppp::kMaxHeader> header;
  size_t size = ppp::write_header(header, sender_ ? Protocol::compressed : protocol, compression_);
  to = std::copy_n(header.begin(), size, to);
  if (sender_) {
    to += ppp::kMppeHeader;
    *to++ = static_cast<uint8_t>(static_cast<uint16_t>(protocol) >> 8);
    *to++ = static_cast<uint8_t>(protocol);
  }
  packets.write(i, to);
  sent_ += packets.size(i);
  // A SYN has no segments.
  if (packets.packets() == 1) clamp_segment_size({packets.version(), {to, packets.size(i)}}, mtu_);
}

void DataPath::seal(std::span<const std::span<uint8_t>> frames) {
  if (!sender_) return;
  size_t inner = header_size() - kInnerProtocol;
  to_encrypt_.clear();
  for (auto frame : frames)
    to_encrypt_.push_back({frame.subspan(inner), frame.data() + inner - ppp::kMppeHeader});
  sender_->encrypt(to_encrypt_);
}

void DataPath::incoming(std::span<const Received> frames,
                        const std::function<void(const Received&, const Incoming&)>& take) {
  to_decrypt_.clear();
  for (const Received& received : frames) {
    auto frame = ppp::parse_frame(received.frame);
    if (!receiver_ || !frame || frame->protocol != Protocol::compressed) continue;
    auto datagram = writable(frame->payload, received.frame);
    auto plain = datagram.subspan(std::min(ppp::kMppeHeader, datagram.size()));
    to_decrypt_.push_back({datagram, plain.data(), received.sequence});
  }
  if (receiver_) receiver_->decrypt(to_decrypt_);
  const auto* decrypted = to_decrypt_.data();
  for (const Received& received : frames) take(received, incoming(received, decrypted));
}

// `decrypted` is the next one of those, if there is one.
DataPath::Incoming DataPath::incoming(const Received& received, const ToDecrypt*& decrypted) {
  auto frame = ppp::parse_frame(received.frame);
  if (!frame) return refuse(&Statistics::rx_refused);
  switch (frame->protocol) {
    case Protocol::compressed:
      if (decrypted == to_decrypt_.data() + to_decrypt_.size())
        return refuse(&Statistics::rx_refused);
      return opened(*decrypted++);
    case Protocol::ipv4:
    case Protocol::ipv6:
      // With MPPE agreed on, a plain packet comes from somebody else, or the server is broken.
      if (encryption_required_ || receiver_) {
        statistics_.rx_refused++;
        return Refused{.clear_text = receiver_.has_value()};
      }
      return deliver(frame->protocol, writable(frame->payload, received.frame));
    default: return *frame;
  }
}

DataPath::Incoming DataPath::refuse(uint64_t Statistics::*counter) {
  (statistics_.*counter)++;
  return Refused{};
}

// Linux encrypts all that is neither LCP nor CCP, IPCP too. RFC 3078 section 3 has only datagrams
// encrypted.
DataPath::Incoming DataPath::opened(const ToDecrypt& decrypted) {
  using Verdict = ppp::MppeReceiver::Verdict;
  if (decrypted.verdict != Verdict::decrypted) statistics_.rx_undecrypted++;
  if (decrypted.verdict == Verdict::lost) return Lost{};
  if (decrypted.verdict != Verdict::decrypted) return Refused{};
  std::span plain(decrypted.to, decrypted.datagram.size() - ppp::kMppeHeader);
  auto inner = ppp::parse_frame(plain);
  if (!inner || inner->protocol == Protocol::compressed) return refuse(&Statistics::rx_undecrypted);
  if (inner->protocol != Protocol::ipv4 && inner->protocol != Protocol::ipv6) return *inner;
  return deliver(inner->protocol, writable(inner->payload, plain));
}

DataPath::Incoming DataPath::deliver(Protocol protocol, std::span<uint8_t> packet) {
  auto ip = parse_ip_packet(packet);
  if (!ip || protocol_of(ip->version) != protocol || !is_up(ip->version))
    return refuse(&Statistics::rx_refused);
  clamp_segment_size(*ip, mtu_);
  received_ += ip->bytes.size();
  return ip->bytes;
}

}  // namespace callgate
