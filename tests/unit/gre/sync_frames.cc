// SPDX-License-Identifier: GPL-2.0-or-later
// A terminal gives frames of pppd's option sync without borders. They are cut where they were.
#include "gre/sync_frames.hh"

#include "common/wire/hdlc.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

Bytes filled(size_t size) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; i++) bytes[i] = static_cast<uint8_t>(i * 151 + 7);
  return bytes;
}

Bytes mppe(const Bytes& prefix, uint16_t count, size_t size) {
  Bytes frame = prefix;
  Writer(frame).put(static_cast<uint16_t>(0x9000 | count));
  return frame + filled(size);
}

const Bytes kPlain = hex("FF 03 00 FD");
const Bytes kEcho = hex("FF 03 C0 21 09 05 00 08 12 34 56 78");
const Bytes kCcp = hex("FF 03 80 FD 01 01 00 0A 12 06 01 00 00 40");
const Bytes kIpcp = hex("FF 03 80 21 01 01 00 0A 03 06 00 00 00 00");

Bytes ipv4(const Bytes& prefix, uint16_t size) {
  Bytes frame = prefix + hex("45 00");
  Writer(frame).put(size);
  return frame + hex("12 34 40 00 40 11") + filled(size - 10u);
}

Bytes ipv6(uint16_t payload) {
  Bytes frame = hex("FF 03 00 57 60 00 00 00");
  Writer(frame).put(payload);
  return frame + filled(34u + payload);
}

Bytes joined(const std::vector<Bytes>& frames) {
  Bytes all;
  for (const auto& frame : frames) all = all + frame;
  return all;
}

std::vector<Bytes> owned(const SyncFrames& cut) {
  std::vector<Bytes> frames;
  for (ByteSpan frame : cut.frames) frames.emplace_back(frame.begin(), frame.end());
  return frames;
}

void check_cut(const std::vector<Bytes>& frames) {
  Bytes all = joined(frames);
  auto cut = cut_sync_frames(all, true);
  CHECK(owned(cut) == frames);
  CHECK(cut.too_long == 0);
  CHECK(cut.in_part == 0);
  CHECK(cut.used == all.size());
}

}  // namespace

TEST_CASE("frames that know their length are cut there") {
  check_cut({kCcp, kIpcp, kEcho, kCcp});
  check_cut(
      {ipv4(hex("FF 03 00 21"), 40), ipv4(hex("FF 03 00 21"), 1400), kEcho, ipv6(0), ipv6(9)});
  check_cut({ipv4(hex("21"), 40), ipv4(hex("21"), 576), kEcho});
}

TEST_CASE("MPPE's frames are cut where the next coherency count is") {
  for (const auto& prefix : {kPlain, hex("FF 03 FD"), hex("00 FD"), hex("FD")})
    check_cut({mppe(prefix, 0xFFE, 1402), mppe(prefix, 0xFFF, 30), mppe(prefix, 0, 1402),
               mppe(prefix, 1, 1402), mppe(prefix, 2, 30)});
}

TEST_CASE("control packets between MPPE's frames are cut out") {
  check_cut({mppe(kPlain, 1, 1402), kEcho, mppe(kPlain, 2, 1402), kCcp, kEcho});
  check_cut(
      {mppe(hex("FD"), 1, 900), hex("C0 21 09 05 00 08 12 34 56 78"), mppe(hex("FD"), 2, 900)});
  check_cut({mppe(hex("FD"), 1, 900), kEcho});
}

TEST_CASE("a lone frame is whole, whatever it contains") {
  for (const auto& frame :
       {mppe(kPlain, 5, 1), mppe(kPlain, 5, 1400), hex("FD 00 00 00"), hex("00 57") + Bytes(60),
        hex("21 45 00 01 02") + Bytes(300), hex("7D 7E 7D 7E"), hex("FF"), hex("FF 03 00"),
        mppe(kPlain, 5, 300) + mppe(kPlain, 9, 300), mppe(kPlain, 5, 300) + hex("FF 03 C0 21 09"),
        mppe(kPlain, 5, 60) + hex("FD 90 06") + filled(60)})
    check_cut({frame});
}

TEST_CASE("frames of MPPE that cannot be cut are not sent as one") {
  Bytes strangers = mppe(kPlain, 5, 1200) + mppe(kPlain, 9, 1200);
  Bytes bytes = strangers + kEcho;
  auto cut = cut_sync_frames(bytes, true);
  CHECK(owned(cut) == std::vector<Bytes>{kEcho});
  CHECK(cut.too_long == 1);
}

TEST_CASE("what no packet can hold is not sent") {
  Bytes unknown = hex("FF 03 00 2D") + Bytes(kMaxFrameSize);
  CHECK(cut_sync_frames(unknown, true).too_long == 1);
  CHECK(cut_sync_frames(unknown, true).frames.empty());
}

TEST_CASE("a frame that came in part and then once more is sent once") {
  Bytes whole = mppe(kPlain, 5, 1402), part(whole.begin(), whole.begin() + 700);
  Bytes all = mppe(kPlain, 4, 50) + part + whole;
  auto cut = cut_sync_frames(all, true);
  CHECK(owned(cut) == std::vector<Bytes>{mppe(kPlain, 4, 50), whole});
  CHECK(cut.in_part == 1);
}

TEST_CASE("the rest of a frame whose beginning is missing is dropped") {
  Bytes all = hex("A0 A2 A4") + filled(100) + mppe(kPlain, 5, 1402) + mppe(kPlain, 6, 40);
  auto cut = cut_sync_frames(all, true);
  CHECK(owned(cut) == std::vector<Bytes>{mppe(kPlain, 5, 1402), mppe(kPlain, 6, 40)});
  CHECK(cut.in_part == 1);
}

TEST_CASE("an MPPE frame without a payload is dropped") {
  Bytes all = mppe(kPlain, 5, 0);
  CHECK(cut_sync_frames(all, true).frames.empty());
  CHECK(cut_sync_frames(all, true).in_part == 1);
}

TEST_CASE("the last frame waits if more is to come") {
  Bytes first = mppe(kPlain, 5, 1402), second = mppe(kPlain, 6, 1402);
  Bytes all = first + second;
  for (size_t more : {0, 1, 4, 600, 1408}) {
    auto cut = cut_sync_frames(ByteSpan(all).first(first.size() + more), false);
    if (more >= 600) {
      CHECK(owned(cut) == std::vector<Bytes>{first});
      CHECK(cut.used == first.size());
    } else if (more == 0) {
      CHECK(cut.used == 0);
    }
    auto rest = cut_sync_frames(ByteSpan(all).subspan(cut.used), true);
    CHECK(cut.frames.size() + rest.frames.size() == 2);
  }
}
