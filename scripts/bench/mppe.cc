// SPDX-License-Identifier: GPL-2.0-or-later
// Measures MPPE, 128 bits, stateless: ns per packet, alone and in a batch, and the same with
// nettle's RC4 and SHA-1. "payload" is RC4 of one packet with a key that is set: as long would a
// packet take if its key had been made while nothing else was to be done. The time is that of this
// thread on the processor, and the least of several trials, because other programs only ever add to
// it.
//
//   mppe [TRIALS]
#include <fmt/format.h>
#include <nettle/arcfour.h>
#include <nettle/sha1.h>

#include <cstdlib>
#include <ctime>

#include "ppp/mppe.hh"

using namespace callgate;
using namespace callgate::ppp;

namespace {

constexpr MasterKey kStart = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
constexpr size_t kBatch = 64;

double now() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e9 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec);
}

// Returns ns per packet of `work`, which does kBatch packets.
double measure(int trials, auto&& work) {
  double best = 1e18;
  for (; trials > 0; trials--) {
    double start = now();
    work();
    best = std::min(best, (now() - start) / kBatch);
  }
  return best;
}

// RFC 3078 literally, with nettle.
struct NettleSender {
  std::array<uint8_t, 16> key = kStart;

  void encrypt(ByteSpan plain, uint8_t* to) {
    static constexpr std::array<uint8_t, 40> kZeros{};
    std::array<uint8_t, 40> pad;
    pad.fill(0xF2);
    sha1_ctx sha;
    sha1_init(&sha);
    sha1_update(&sha, kStart.size(), kStart.data());
    sha1_update(&sha, kZeros.size(), kZeros.data());
    sha1_update(&sha, key.size(), key.data());
    sha1_update(&sha, pad.size(), pad.data());
    sha1_digest(&sha, key.size(), key.data());
    arcfour_ctx cipher;
    arcfour_set_key(&cipher, key.size(), key.data());
    arcfour_crypt(&cipher, key.size(), key.data(), key.data());
    arcfour_set_key(&cipher, key.size(), key.data());
    arcfour_crypt(&cipher, plain.size(), to, plain.data());
  }
};

void compare(int trials, size_t size) {
  std::vector<Bytes> memory(kBatch, Bytes(size + kMppeHeader));
  std::vector<MppeSender::Packet> packets;
  for (Bytes& one : memory) packets.push_back({ByteSpan(one).subspan(kMppeHeader), one.data()});

  NettleSender nettle;
  double with_nettle = measure(trials, [&] {
    for (auto& packet : packets) nettle.encrypt(packet.plain, packet.to + kMppeHeader);
  });
  MppeSender sender(kStart, {KeyLength::bits_128, true});
  double alone = measure(trials, [&] {
    for (auto& packet : packets) sender.encrypt(packet.plain, packet.to);
  });
  double batch = measure(trials, [&] { sender.encrypt(packets); });
  Rc4 cipher(kStart);
  double payload = measure(trials, [&] {
    for (auto& packet : packets) cipher.apply(packet.plain, packet.to + kMppeHeader);
  });
  fmt::print(
      "{{\"size\": {}, \"nettle\": {:.0f}, \"alone\": {:.0f}, \"batch\": {:.0f}, \"payload\": "
      "{:.0f}}}\n",
      size, with_nettle, alone, batch, payload);
}

}  // namespace

int main(int argc, char** argv) {
  int trials = argc > 1 ? std::atoi(argv[1]) : 500;
  for (size_t size : {64, 512, 1400}) compare(trials, size);
}
