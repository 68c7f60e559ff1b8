// SPDX-License-Identifier: GPL-2.0-or-later
// A server sends any datagrams. They are decrypted or refused, and the receiver goes on. What a
// batch gives is what its datagrams give one after the other.
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
  MppeKind agreed{static_cast<KeyLength>(kind % 3), (kind & 0x80) != 0};
  MppeReceiver receiver({1, 2, 3}, agreed), batches({1, 2, 3}, agreed);
  size_t in_batch = 1 + (kind >> 2) % 16;
  std::array<std::array<uint8_t, UINT8_MAX>, 16> plain, together;
  for (int rounds = 0; rounds < 16 && reader.ok() && !reader.rest().empty(); rounds++) {
    std::vector<MppeReceiver::Packet> batch;
    std::vector<MppeReceiver::Verdict> verdicts;
    for (size_t i = 0; i < in_batch && reader.ok() && !reader.rest().empty(); i++) {
      uint8_t length = 0;
      reader(length);
      ByteSpan datagram = reader.take(length);
      verdicts.push_back(receiver.decrypt(datagram, plain[i].data()));
      batch.push_back({datagram, together[i].data(), std::nullopt});
      if (verdicts.back() == MppeReceiver::Verdict::decrypted)
        fuzz::require(datagram.size() > kMppeHeader);
    }
    batches.decrypt(batch);
    for (size_t i = 0; i < batch.size(); i++) {
      fuzz::require(batch[i].verdict == verdicts[i]);
      if (verdicts[i] == MppeReceiver::Verdict::decrypted)
        fuzz::require(std::equal(
            plain[i].begin(),
            plain[i].begin() + static_cast<std::ptrdiff_t>(batch[i].datagram.size() - kMppeHeader),
            together[i].begin()));
    }
  }
  return 0;
}
