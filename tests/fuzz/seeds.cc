// SPDX-License-Identifier: GPL-2.0-or-later
// Writes the seed-* files of the corpora: for each target a few inputs that mean something, so that
// a fuzzer need not find cookies and checksums by itself.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "common/channel/gateway_settings.hh"
#include "common/wire/gre_header.hh"
#include "common/wire/hdlc.hh"
#include "tests/unit/callmgr/manager/handover_samples.hh"
#include "tests/unit/common/channel/channel_samples.hh"
#include "tests/unit/common/wire/control_samples.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

std::filesystem::path corpus;

void seed(const char* target, const std::string& name, const Bytes& input) {
  auto directory = corpus / target;
  std::filesystem::create_directories(directory);
  std::ofstream file(directory / ("seed-" + name), std::ios::binary);
  file.write(reinterpret_cast<const char*>(input.data()),
             static_cast<std::streamsize>(input.size()));
  if (!file) throw std::runtime_error("cannot write seed-" + name);
}

void control_seeds() {
  Bytes stream;
  for (const auto& sample : control_samples()) {
    auto type = static_cast<int>(type_of(sample));
    seed("control_message", fmt::format("{:02}", type), encode(sample));
    stream = stream + encode(sample);
  }
  for (uint8_t chunk : hex("00 06 FF"))
    seed("control_framer", fmt::format("by-{}", chunk + 1), Bytes{chunk} + stream);
  seed("control_framer", "garbage", hex("07") + encode(EchoRequest{}) + hex("00 10 00 02"));
}

Bytes gre(std::optional<Sequence> sequence, std::optional<Sequence> ack, const Bytes& payload) {
  std::array<uint8_t, kMaxGreHeaderSize> header;
  size_t size = write_gre_header(header, CallId{0x1234}, static_cast<uint16_t>(payload.size()),
                                 sequence, ack);
  return Bytes(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(size)) + payload;
}

const Bytes kLcp = hex("FF 03 C0 21 01 01 00 04");

void gre_seeds() {
  const Bytes data = gre(Sequence{0}, {}, kLcp);
  seed("gre_header", "data", data);
  seed("gre_header", "data-and-ack", gre(Sequence{7}, Sequence{6}, kLcp));
  seed("gre_header", "ack", gre({}, Sequence{0xFFFFFFFF}, {}));
  seed("gre_header", "padded", gre({}, Sequence{1}, {}) + Bytes(22));

  Bytes ip = hex("45 00 00 28 12 34 40 00 40 2F 00 00 C0 00 02 01 C0 00 02 02");
  seed("ipv4_header", "data", ip + data);
  seed("ipv4_header", "padded", ip + data + Bytes(6));
  ip[6] = 0x20;
  seed("ipv4_header", "fragment", ip + data);
  seed("ipv4_header", "options",
       hex("46 00 00 2C 12 34 40 00 40 2F 00 00 C0 00 02 01 C0 00 02 02") + hex("01 01 01 00") +
           data);
}

void hdlc_seeds() {
  Bytes frames;
  encode_hdlc(kLcp, kDefaultAccm, frames);
  encode_hdlc(hex("21 7E 7D 11 13"), 0, frames);
  for (uint8_t chunk : hex("00 04 FF"))
    seed("hdlc_decoder", fmt::format("by-{}", chunk + 1), Bytes{chunk} + frames);
  for (uint8_t accm : hex("00 FF"))
    seed("hdlc_codec", fmt::format("map-{:02x}", accm),
         Bytes{accm, 0x1E} + frames + repeated(0x55, 70) + frames);
  seed("hdlc_codec", "escapes", hex("00 FF") + repeated(kHdlcEscape, 50) + frames);
  seed("hdlc_decoder", "abort", hex("03 7E FF 03 7D 7E") + frames);
  seed("hdlc_decoder", "short", hex("03 7E FF 7E 7E 00 00 00 7E") + frames);
  seed("hdlc_decoder", "bad-fcs", hex("03 7E FF 03 C0 21 00 00 7E") + frames);
  seed("hdlc_decoder", "oversized", hex("FF 7E") + repeated(0x55, kMaxFrameSize + 3) + frames);
}

void sync_seeds() {
  const Bytes mppe = hex("FF 03 00 FD 90 05") + repeated(0x55, 40);
  const Bytes next = hex("FF 03 00 FD 90 06") + repeated(0x55, 40);
  const Bytes ip = hex("21 45 00 00 1C 12 34 40 00 40 11") + Bytes(18);
  seed("sync_frames", "mppe", hex("01") + mppe + next + kLcp + hex("FF"));
  seed("sync_frames", "more", hex("00") + kLcp + ip + mppe + next);
  seed("sync_frames", "in-part", hex("01 AA AC") + mppe + mppe + next);
  seed("sync_frames", "oversized", hex("01") + mppe + repeated(0x55, kMaxFrameSize) + ip);
}

void channel_seeds() {
  for (const auto& sample : channel_samples()) {
    Bytes record = encode(sample);
    seed("channel_message", fmt::format("{:02}", record[0]), record);
  }
  for (size_t cause = 0; cause < kCauses; cause += 4)
    seed("channel_message", fmt::format("cause-{:02}", cause),
         encode(CallEnded{.reason = {.cause = static_cast<Cause>(cause), .detail = "\x1b[2J"}}));
}

void settings_seeds() {
  seed("gateway_settings", "default", encode(GatewaySettings{.ipv4 = true}));
  seed("gateway_settings", "texts", encode(GatewaySettings{.ipv6 = true, .log_name = "vpn"}));
  seed("gateway_settings", "no-family", encode(GatewaySettings{}));
}

void handover_seeds() {
  handover::Records some;
  for (const auto& record : handover_samples()) {
    some.push_back(record);
    for (const char* target : {"handover", "handover_restore"})
      seed(target, fmt::format("{:02}", some.size()), handover::encode(some));
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " CORPUS-DIRECTORY\n";
    return 2;
  }
  corpus = argv[1];
  control_seeds();
  gre_seeds();
  hdlc_seeds();
  sync_seeds();
  channel_seeds();
  settings_seeds();
  handover_seeds();
}
