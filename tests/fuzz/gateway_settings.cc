// SPDX-License-Identifier: GPL-2.0-or-later
// A record of settings that parses has one form only: encoding gives the same bytes back.
#include "common/channel/gateway_settings.hh"

#include "tests/fuzz/fuzz.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto settings = parse_gateway_settings({data, size});
  if (!settings) return 0;
  Bytes again = encode(*settings);
  fuzz::require(std::equal(again.begin(), again.end(), data, data + size));
  return 0;
}
