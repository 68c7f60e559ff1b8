// SPDX-License-Identifier: GPL-2.0-or-later
// What another call manager may have left, garbled: refused, or understood in the same way again
// after it was written down.
#include "callmgr/manager/handover_image.hh"

#include "tests/fuzz/fuzz.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto records = handover::parse({data, size});
  if (!records) return 0;
  Bytes once = handover::encode(*records);
  auto again = handover::parse(once);
  fuzz::require(again.has_value() && handover::encode(*again) == once);
  for (auto& record : *records)
    if (auto* link = std::get_if<handover::LinkState>(&record))
      if (auto deadline = link->state.control.deadline()) link->state.control.tick(*deadline);
  return 0;
}
