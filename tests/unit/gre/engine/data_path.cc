// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/data_path.hh"

#include <variant>

#include "tests/unit/catch.hh"
#include "tests/unit/gre/engine/tcp_packets.hh"

using namespace callgate;
using namespace callgate::ppp;

namespace {

const MasterKey kToServer = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
                kToClient = {16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
constexpr MppeKind kStateless{KeyLength::bits_128, true}, kStateful{KeyLength::bits_128, false};

Bytes ip_packet(IpVersion version, size_t size = 60, uint8_t content = 7) {
  Bytes bytes(size, content);
  if (version == IpVersion::v4) {
    bytes[0] = 0x45;
    bytes[2] = static_cast<uint8_t>(size >> 8), bytes[3] = static_cast<uint8_t>(size);
    bytes[9] = 17;
  } else {
    bytes[0] = 0x60;
    bytes[4] = static_cast<uint8_t>((size - 40) >> 8), bytes[5] = static_cast<uint8_t>(size - 40);
    bytes[6] = 17;
  }
  return bytes;
}

struct Ends {
  explicit Ends(bool required) : path(required, statistics) {}

  void encrypt(const MppeKind& kind) {
    path.encrypt({kind, kind, {kToServer, kToClient}});
    server_receives.emplace(kToServer, kind);
    server_sends.emplace(kToClient, kind);
  }
  // The frame that the server gets; empty = none.
  Bytes out(const Bytes& packet) {
    Bytes read(sizeof(VirtioHeader));
    read.insert(read.end(), packet.begin(), packet.end());
    auto packets = path.outgoing(read);
    if (!packets) return {};
    Bytes bytes(path.frame_size(packets->size(0)));
    path.write(*packets, 0, bytes.data());
    std::span<uint8_t> made(bytes);
    path.seal({&made, 1});
    return bytes;
  }
  // What the frames are, one after the other.
  std::vector<std::variant<Bytes, Frame>> in(std::vector<Bytes>& frames) {
    std::vector<DataPath::Received> received;
    for (Bytes& bytes : frames) received.push_back({bytes, Sequence{sequence++}});
    std::vector<std::variant<Bytes, Frame>> made;
    path.incoming(received, [&](const auto&, const DataPath::Incoming& incoming) {
      auto* packet = std::get_if<std::span<uint8_t>>(&incoming);
      auto* control = std::get_if<Frame>(&incoming);
      if (control)
        made.emplace_back(*control);
      else
        made.emplace_back(packet ? Bytes(packet->begin(), packet->end()) : Bytes{});
    });
    return made;
  }
  // The packet that arrives at the interface; empty = none.
  Bytes in(const Bytes& bytes) {
    std::vector<Bytes> frames{bytes};
    auto arrived = in(frames);
    REQUIRE(arrived.size() == 1);
    auto* packet = std::get_if<Bytes>(&arrived[0]);
    return packet ? *packet : Bytes{};
  }
  Bytes sealed(Protocol inner, ByteSpan packet) {
    Bytes plain = frame(inner, packet, {.address_and_control = true});
    Bytes cipher(plain.size() + kMppeHeader);
    server_sends->encrypt(plain, cipher.data());
    return frame(Protocol::compressed, cipher);
  }

  Statistics statistics;
  DataPath path;
  std::optional<MppeReceiver> server_receives;
  std::optional<MppeSender> server_sends;
  uint32_t sequence = 0;
};

const Bytes kV4 = ip_packet(IpVersion::v4), kV6 = ip_packet(IpVersion::v6);

}  // namespace

TEST_CASE("nothing passes before its protocol is up, and nothing after it is down") {
  for (bool up_before : {false, true}) {
    Ends ends(false);
    ends.path.set_up(IpVersion::v4, up_before);
    ends.path.set_up(IpVersion::v4, false);
    ends.path.set_up(IpVersion::v6, true);
    CHECK(ends.out(kV4).empty());
    CHECK(ends.in(frame(Protocol::ipv4, kV4)).empty());
    CHECK(ends.out(kV6) == frame(Protocol::ipv6, kV6));
    CHECK(ends.in(frame(Protocol::ipv6, kV6)) == kV6);
    CHECK(ends.statistics.tx_refused == 1);
    CHECK(ends.statistics.rx_refused == 1);
  }
}

TEST_CASE("where encryption is required nothing plain passes, whatever else is up") {
  Ends ends(true);
  ends.path.set_up(IpVersion::v4, true);
  ends.path.set_up(IpVersion::v6, true);
  CHECK(ends.out(kV4).empty());
  CHECK(ends.out(kV6).empty());
  CHECK(ends.in(frame(Protocol::ipv4, kV4)).empty());
  CHECK(ends.in(frame(Protocol::ipv6, kV6)).empty());
  ends.path.encrypt({kStateless, std::nullopt, {kToServer, kToClient}});
  CHECK(ends.in(frame(Protocol::ipv4, kV4)).empty());
  ends.path.encrypt({std::nullopt, kStateless, {kToServer, kToClient}});
  CHECK(ends.out(kV4).empty());
  ends.encrypt(kStateless);
  CHECK(ends.in(frame(Protocol::ipv4, kV4)).empty());
  CHECK(ends.statistics.tx_refused == 3);
  CHECK(ends.statistics.rx_refused == 4);
  ends.path.encrypt({});  // CCP begins anew
  CHECK(ends.out(kV4).empty());
  CHECK(ends.in(ends.sealed(Protocol::ipv4, kV4)).empty());
}

TEST_CASE("a plain packet is refused once MPPE is agreed on, even if it is not required") {
  Ends ends(false);
  ends.path.set_up(IpVersion::v4, true);
  CHECK(ends.in(frame(Protocol::ipv4, kV4)) == kV4);
  ends.encrypt(kStateless);
  CHECK(ends.in(frame(Protocol::ipv4, kV4)).empty());
  CHECK(ends.statistics.rx_refused == 1);
}

TEST_CASE("what is encrypted arrives on both sides, in every header that LCP may agree on") {
  for (const MppeKind& kind : {kStateless, kStateful}) {
    for (bool compressed : {false, true}) {
      Ends ends(true);
      ends.encrypt(kind);
      ends.path.compress({.address_and_control = compressed, .protocol = compressed});
      for (auto version : {IpVersion::v4, IpVersion::v6}) ends.path.set_up(version, true);
      for (int i = 0; i < 600; i++) {
        const Bytes& packet = i % 2 ? kV4 : kV6;
        Bytes sent = ends.out(packet);
        CHECK(sent.size() == packet.size() + 4 + (compressed ? 1 : 4));
        auto parsed = parse_frame(sent);
        REQUIRE((parsed && parsed->protocol == Protocol::compressed));
        Bytes plain(parsed->payload.size() - kMppeHeader);
        REQUIRE(ends.server_receives->decrypt(parsed->payload, plain.data()) ==
                MppeReceiver::Verdict::decrypted);
        auto protocol = i % 2 ? Protocol::ipv4 : Protocol::ipv6;
        CHECK(plain == frame(protocol, packet, {.address_and_control = true}));
        CHECK(ends.in(ends.sealed(protocol, packet)) == packet);
      }
    }
  }
}

TEST_CASE("the protocol within MPPE may have one byte") {
  Ends ends(true);
  ends.encrypt(kStateless);
  ends.path.set_up(IpVersion::v6, true);
  Bytes plain = frame(Protocol::ipv6, kV6, {.address_and_control = true, .protocol = true});
  Bytes cipher(plain.size() + kMppeHeader);
  ends.server_sends->encrypt(plain, cipher.data());
  CHECK(ends.in(frame(Protocol::compressed, cipher)) == kV6);
}

TEST_CASE("a control packet within MPPE goes to the link, as Linux encrypts IPCP") {
  Ends ends(true);
  ends.encrypt(kStateless);
  Bytes ipcp{1, 1, 0, 4};
  std::vector<Bytes> frames{ends.sealed(Protocol::ipcp, ipcp)};
  auto incoming = ends.in(frames);
  auto* control = std::get_if<Frame>(&incoming[0]);
  REQUIRE(control);
  CHECK(control->protocol == Protocol::ipcp);
  CHECK(std::ranges::equal(control->payload, ipcp));
}

TEST_CASE("what does not decrypt to a whole packet of its protocol is refused and counted") {
  Ends ends(true);
  ends.encrypt(kStateless);
  ends.path.set_up(IpVersion::v4, true);
  ends.path.set_up(IpVersion::v6, true);
  CHECK(ends.in(ends.sealed(Protocol::ipv6, kV4)).empty());
  CHECK(ends.in(ends.sealed(Protocol::ipv4, ByteSpan(kV4).first(30))).empty());
  CHECK(ends.statistics.rx_refused == 2);
  Bytes inner = ends.sealed(Protocol::ipv4, kV4);
  Bytes payload(inner.begin() + 4, inner.end());
  CHECK(ends.in(ends.sealed(Protocol::compressed, payload)).empty());  // MPPE within MPPE
  CHECK(ends.in(frame(Protocol::compressed, Bytes{0x90})).empty());
  CHECK(ends.statistics.rx_undecrypted == 2);
}

TEST_CASE("only a frame of stateless MPPE stands alone") {
  Ends ends(true);
  Bytes compressed = frame(Protocol::compressed, Bytes(10));
  CHECK_FALSE(ends.path.stands_alone(compressed));
  ends.encrypt(kStateful);
  CHECK_FALSE(ends.path.stands_alone(compressed));
  ends.encrypt(kStateless);
  CHECK(ends.path.stands_alone(compressed));
  CHECK_FALSE(ends.path.stands_alone(frame(Protocol::lcp, Bytes(10))));
  CHECK_FALSE(ends.path.stands_alone(frame(Protocol::ipv4, Bytes(10))));
  CHECK_FALSE(ends.path.stands_alone({}));
  ends.path.encrypt({});
  CHECK_FALSE(ends.path.stands_alone(compressed));
}

TEST_CASE(
    "padding of the interface or the server does not pass, and bytes are counted without it") {
  Ends ends(false);
  ends.path.set_up(IpVersion::v4, true);
  Bytes padded = kV4;
  padded.resize(padded.size() + 9);
  CHECK(ends.out(padded) == frame(Protocol::ipv4, kV4));
  CHECK(ends.in(frame(Protocol::ipv4, padded)) == kV4);
  CHECK(ends.path.sent() == kV4.size());
  CHECK(ends.path.received() == kV4.size());
}

TEST_CASE("a packet that is larger than a frame can be is dropped and counted") {
  Ends ends(false);
  ends.path.set_up(IpVersion::v4, true);
  CHECK(ends.out(ip_packet(IpVersion::v4, 4092)).size() == 4096);
  CHECK(ends.out(ip_packet(IpVersion::v4, 4093)).empty());
  CHECK(ends.statistics.tx_oversize == 1);
}

TEST_CASE("a batch of frames is decrypted in its order, and one that is broken harms no other") {
  Ends ends(true);
  ends.encrypt(kStateless);
  ends.path.set_up(IpVersion::v4, true);
  std::vector<Bytes> frames, packets;
  for (uint8_t i = 0; i < 10; i++) {
    packets.push_back(ip_packet(IpVersion::v4, 60u + i, i));
    frames.push_back(ends.sealed(Protocol::ipv4, packets.back()));
  }
  frames.insert(frames.begin() + 3, frame(Protocol::ipv4, kV4));                // in clear text
  frames.insert(frames.begin() + 5, frame(Protocol::compressed, Bytes{0x90}));  // too short
  auto arrived = ends.in(frames);
  REQUIRE(arrived.size() == 12);
  size_t next = 0;
  for (size_t i = 0; i < arrived.size(); i++) {
    bool refused = i == 3 || i == 5;
    CHECK(std::get<Bytes>(arrived[i]) == (refused ? Bytes{} : packets[next++]));
  }
  CHECK(ends.statistics.rx_refused == 1);
  CHECK(ends.statistics.rx_undecrypted == 1);
}

TEST_CASE("a large packet of the interface becomes one frame for each segment, with a key each") {
  Ends ends(true);
  ends.encrypt(kStateless);
  ends.path.set_up(IpVersion::v4, true);
  Bytes read = test::large({}, test::payload(3000), 1000);
  auto packets = ends.path.outgoing(read);
  REQUIRE((packets && packets->packets() == 3));
  std::vector<Bytes> frames;
  std::vector<std::span<uint8_t>> places;
  for (size_t i = 0; i < 3; i++) {
    frames.emplace_back(ends.path.frame_size(packets->size(i)));
    ends.path.write(*packets, i, frames.back().data());
  }
  for (Bytes& each : frames) places.emplace_back(each);
  ends.path.seal(places);
  for (size_t i = 0; i < 3; i++) {
    auto parsed = parse_frame(frames[i]);
    Bytes plain(parsed->payload.size() - kMppeHeader);
    REQUIRE(ends.server_receives->decrypt(parsed->payload, plain.data()) ==
            MppeReceiver::Verdict::decrypted);
    CHECK(test::right_sums(ByteSpan(plain).subspan(2)));
    CHECK(plain.size() == 2 + 1040);
  }
  CHECK(ends.path.sent() == 3 * 1040);
}

TEST_CASE("a read whose virtio header is wrong is refused and counted") {
  Ends ends(false);
  ends.path.set_up(IpVersion::v4, true);
  Bytes read = test::large({}, test::payload(3000), 0);
  CHECK_FALSE(ends.path.outgoing(read));
  CHECK(ends.statistics.tx_refused == 1);
}
