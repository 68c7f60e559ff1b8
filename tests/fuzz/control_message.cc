// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever parses as a control message is the same after encoding and parsing it again, and has
// the length that its header promised.
#include "common/wire/control_message.hh"

#include "tests/fuzz/fuzz.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto parsed = parse_control_message({data, size});
  if (auto* message = std::get_if<ControlMessage>(&parsed)) {
    Bytes again = encode(*message);
    fuzz::require(again.size() == size);
    fuzz::require(parse_control_message(again) == parsed);
  }
  return 0;
}
