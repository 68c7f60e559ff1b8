// SPDX-License-Identifier: GPL-2.0-or-later
// In the place of hdlc_x86.cc and hdlc_neon.cc, on processors that nobody wrote vector code for.
#include "common/wire/hdlc_codec.hh"

std::vector<callgate::HdlcCodec> callgate::vector_codecs() {
  return {};
}
