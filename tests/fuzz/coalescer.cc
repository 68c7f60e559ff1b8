// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever the server sends: each packet comes out of the coalescer once, and what was joined can
// be taken apart again.
//
// Input: packets, each after its size in two bytes. If the lowest bit of the first byte is set, the
// sums of TCP are put right, which a fuzzer would hardly find.
#include "gre/engine/coalescer.hh"

#include "gre/engine/segmenter.hh"
#include "tests/fuzz/fuzz.hh"
#include "tests/unit/gre/engine/tcp_packets.hh"

using namespace callgate;

namespace {

void put_right(Bytes& packet) {
  size_t at = test::transport_of(packet);
  bool tcp = packet[packet[0] >> 4 == 4 ? 9 : 6] == 6;
  if (tcp && packet.size() >= at + 20) test::set_sums(packet);
}

void check(std::span<const iovec> pieces, size_t packets) {
  Bytes write;
  for (const iovec& piece : pieces) {
    auto* from = static_cast<const uint8_t*>(piece.iov_base);
    write.insert(write.end(), from, from + piece.iov_len);
  }
  auto parts = Segmenter::of(write);
  fuzz::require(parts && parts->packets() == packets);
  for (size_t i = 0; i < packets; i++) {
    Bytes part(parts->size(i));
    parts->write(i, part.data());
    fuzz::require(packets == 1 || test::right_sums(part));
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Reader reader(ByteSpan(data, size));
  uint8_t right = 0;
  reader(right);
  std::vector<Bytes> packets;
  while (packets.size() < 64) {
    uint16_t length = 0;
    reader(length);
    auto bytes = reader.take(length);
    if (!reader.ok()) break;
    Bytes packet(bytes.begin(), bytes.end());
    auto ip = parse_ip_packet(packet);
    if (!ip) continue;
    packet.resize(ip->bytes.size());
    if (right & 1) put_right(packet);
    packets.push_back(std::move(packet));
  }
  Coalescer coalescer;
  for (Bytes& packet : packets) coalescer.add(packet);
  size_t count = 0;
  coalescer.write([&](std::span<const iovec> pieces, size_t number) {
    check(pieces, number);
    count += number;
  });
  fuzz::require(count == packets.size());
  return 0;
}
