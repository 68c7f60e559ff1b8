// SPDX-License-Identifier: GPL-2.0-or-later
// A server sends any datagrams. They are decrypted or refused, and the receiver goes on.
//
// The first byte chooses the kind; then datagrams follow, each after its length of one byte.
#include "ppp/mppe.hh"

#include "tests/fuzz/fuzz.hh"

using namespace callgate;
using namespace callgate::ppp;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Reader reader({data, size});
  uint8_t kind = 0;
  reader(kind);
  MppeReceiver receiver({1, 2, 3}, {static_cast<KeyLength>(kind % 3), (kind & 0x80) != 0});
  std::array<uint8_t, UINT8_MAX> plain;
  for (int i = 0; i < 64 && reader.ok() && !reader.rest().empty(); i++) {
    uint8_t length = 0;
    reader(length);
    ByteSpan datagram = reader.take(length);
    auto verdict = receiver.decrypt(datagram, plain.data());
    if (verdict == MppeReceiver::Verdict::decrypted) fuzz::require(datagram.size() > kMppeHeader);
  }
  return 0;
}
