// SPDX-License-Identifier: GPL-2.0-or-later
// A packet that parses as PPTP data is the same after its header is written again, and
// parse_gre_beginning() tells the same about it.
#include "common/wire/gre_header.hh"

#include "tests/fuzz/fuzz.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)parse_gre_beginning({data, size});
  auto parsed = parse_gre({data, size});
  if (auto* packet = std::get_if<GrePacket>(&parsed)) {
    std::array<uint8_t, kMaxGreHeaderSize> header;
    auto payload = static_cast<uint16_t>(packet->payload.size());
    size_t length = write_gre_header(header, packet->call_id, payload, packet->sequence,
                                     packet->acknowledgement);
    fuzz::require(length + payload <= size && packet->payload.data() == data + length);
    fuzz::require(std::equal(data, data + length, header.begin()));
    auto beginning = parse_gre_beginning({data, kGreBeginning});
    fuzz::require(beginning && beginning->call_id == packet->call_id);
    fuzz::require(beginning->size == length + payload);
  }
  return 0;
}
