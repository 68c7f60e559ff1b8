// SPDX-License-Identifier: GPL-2.0-or-later
// What remains after an IPv4 header lies inside the packet, and the GRE parser can take it.
#include "common/wire/gre_header.hh"
#include "tests/fuzz/fuzz.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto rest = strip_ipv4_header({data, size});
  if (!rest) return 0;
  fuzz::require(rest->data() >= data + 20 && rest->data() <= data + kMaxIpHeaderSize);
  fuzz::require(rest->data() + rest->size() <= data + size);
  parse_gre(*rest);
  return 0;
}
