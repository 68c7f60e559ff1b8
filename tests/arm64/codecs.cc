// SPDX-License-Identifier: GPL-2.0-or-later
// The tests of tests/unit/common_hdlc_*.cc go through all codecs that this processor runs: here it
// is asked for which ones that is.
#include <cstdlib>

#include "common/wire/hdlc_codec.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

TEST_CASE("neon is among the codecs, and neon-pmull where the processor has PMULL") {
  std::vector<std::string_view> expected{"plain", "neon", "neon-pmull"};
  if (std::getenv("WITHOUT_PMULL")) expected.pop_back();
  std::vector<std::string_view> names;
  for (const HdlcCodec& codec : hdlc_codecs()) names.push_back(codec.name);
  CHECK(names == expected);
  CHECK(hdlc_codec().name == expected.back());
}

// The emulated processor would not mind PMULL: one that is without ends the program. The compiler
// sees to the rest of that codec, which is made without the extension.
TEST_CASE("the FCS of neon is made without PMULL") {
  CHECK(hdlc_codecs()[1].fcs == plain_fcs);
}
