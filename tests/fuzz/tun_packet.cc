// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever comes from the network interface or the server: only whole packets of a protocol that is
// up pass, and a frame for the server holds the packet that came in.
//
// Input: a byte (which protocols are up, and whether the packet comes from the server), then the
// packet.
#include <cstring>

#include "gre/engine/data_path.hh"
#include "tests/fuzz/fuzz.hh"

using namespace callgate;

namespace {

void from_interface(DataPath& path, Bytes packet) {
  size_t size = packet.size();
  auto outgoing = path.outgoing(packet);
  if (!outgoing) return;
  Bytes frame(outgoing->frame_size);
  path.write(*outgoing, frame.data());
  auto parsed = ppp::parse_frame(frame);
  fuzz::require(parsed && parsed->payload.size() <= size);
  // What leaves this host is accepted by the other end, which finds the same.
  auto incoming = path.incoming(*parsed, Sequence{0});
  auto* arrived = std::get_if<ByteSpan>(&incoming);
  fuzz::require(arrived && std::ranges::equal(*arrived, parsed->payload));
}

void from_server(DataPath& path, const Bytes& bytes) {
  auto frame = ppp::parse_frame(bytes);
  if (!frame) return;
  auto incoming = path.incoming(*frame, Sequence{0});
  if (auto* packet = std::get_if<ByteSpan>(&incoming))
    fuzz::require(!packet->empty() && packet->size() <= bytes.size());
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  Statistics statistics;
  DataPath path(false, statistics);
  path.set_up(IpVersion::v4, data[0] & 1);
  path.set_up(IpVersion::v6, data[0] & 2);
  path.set_mtu(576);
  Bytes bytes(data + 1, data + size);
  if (data[0] & 4)
    from_server(path, bytes);
  else
    from_interface(path, std::move(bytes));
  return 0;
}
