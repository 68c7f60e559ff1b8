// SPDX-License-Identifier: GPL-2.0-or-later
// However the stream is cut into chunks, the framer answers as if it came in one, holds no more
// than one message back, and once it has refused it goes on refusing.
#include "common/wire/control_framer.hh"

#include "tests/fuzz/fuzz.hh"

using namespace callgate;

static std::vector<ControlFramer::Result> drain(ControlFramer& framer) {
  std::vector<ControlFramer::Result> results{framer.next()};
  while (std::holds_alternative<ControlMessage>(results.back()) ||
         std::holds_alternative<UnknownMessage>(results.back()))
    results.push_back(framer.next());
  return results;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ControlFramer whole, pieces;
  whole.push({data + 1, size - 1});
  auto expected = drain(whole);
  std::vector<ControlFramer::Result> got{NeedMore{}};
  fuzz::in_chunks({data, size}, [&](ByteSpan chunk) {
    pieces.push(chunk);
    got.pop_back();
    for (auto& result : drain(pieces)) got.push_back(result);
    fuzz::require(pieces.pending() < kMaxControlMessageSize ||
                  std::holds_alternative<Malformed>(got.back()));
  });
  fuzz::require(got == expected);
  return 0;
}
