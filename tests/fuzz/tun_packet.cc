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

void from_interface(DataPath& path, const Bytes& packet) {
  Bytes read(sizeof(VirtioHeader));
  read.insert(read.end(), packet.begin(), packet.end());
  auto packets = path.outgoing(read);
  if (!packets) return;
  Bytes frame(path.frame_size(packets->size(0)));
  path.write(*packets, 0, frame.data());
  auto parsed = ppp::parse_frame(frame);
  fuzz::require(parsed && parsed->payload.size() <= packet.size());
  // What leaves this host is accepted by the other end, which finds the same.
  Bytes sent(parsed->payload.begin(), parsed->payload.end());
  DataPath::Received received{frame, Sequence{0}};
  path.incoming({&received, 1}, [&](const auto&, const DataPath::Incoming& incoming) {
    auto* arrived = std::get_if<std::span<uint8_t>>(&incoming);
    fuzz::require(arrived && std::ranges::equal(*arrived, sent));
  });
}

void from_server(DataPath& path, Bytes bytes) {
  DataPath::Received received{bytes, Sequence{0}};
  path.incoming({&received, 1}, [&](const auto&, const DataPath::Incoming& incoming) {
    if (auto* packet = std::get_if<std::span<uint8_t>>(&incoming))
      fuzz::require(!packet->empty() && packet->size() <= bytes.size());
  });
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
    from_server(path, std::move(bytes));
  else
    from_interface(path, bytes);
  return 0;
}
