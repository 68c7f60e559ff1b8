// SPDX-License-Identifier: GPL-2.0-or-later
// A report of the kernel about the network yields at most one change for each message in it.
#include <cstring>

#include "callmgr/routes/network_watch.hh"
#include "tests/fuzz/fuzz.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMessage = 16;  // bytes, the smallest
  std::vector<uint64_t> aligned(size / 8 + 1);
  if (size > 0) std::memcpy(aligned.data(), data, size);
  auto* bytes = reinterpret_cast<const uint8_t*>(aligned.data());
  fuzz::require(network_changes({bytes, size}).size() <= size / kMessage);
  return 0;
}
