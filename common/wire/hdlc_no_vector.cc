// SPDX-License-Identifier: GPL-2.0-or-later
// Replaces hdlc_x86.cc and hdlc_neon.cc on processors for which there is no vector code.
#include "common/wire/hdlc_codec.hh"

std::vector<callgate::HdlcCodec> callgate::vector_codecs() {
  return {};
}
