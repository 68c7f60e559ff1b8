// SPDX-License-Identifier: GPL-2.0-or-later
// Records that are no channel message. Any local user in the right group can send them.
#include "tests/unit/catch.hh"
#include "tests/unit/common/channel/channel_samples.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

bool refused(const ChannelMessage& message) {
  return !parse_channel_message(encode(message)).has_value();
}

template <typename Change>
bool refused_request(Change change) {
  auto request = call_request_sample();
  REQUIRE_FALSE(refused(request));
  change(request);
  return refused(request);
}

}  // namespace

TEST_CASE("a channel message cut at any point is refused") {
  for (const auto& sample : channel_samples()) {
    Bytes record = encode(sample);
    for (size_t size = 0; size < record.size(); size++) {
      INFO("alternative " << sample.index() << ", first " << size << " bytes");
      CHECK_FALSE(parse_channel_message(ByteSpan(record).first(size)).has_value());
    }
  }
}

TEST_CASE("a byte left over after a channel message is refused") {
  for (const auto& sample : channel_samples()) {
    INFO("alternative " << sample.index());
    CHECK_FALSE(parse_channel_message(encode(sample) + hex("00")).has_value());
  }
}

TEST_CASE("an unknown tag is refused, with and without a body") {
  std::vector<uint8_t> known;
  for (const auto& sample : channel_samples()) known.push_back(encode(sample)[0]);
  for (unsigned tag = 0; tag < 256; tag++) {
    if (std::find(known.begin(), known.end(), tag) != known.end()) continue;
    INFO("tag " << tag);
    CHECK_FALSE(parse_channel_message(Bytes{static_cast<uint8_t>(tag)}).has_value());
    CHECK_FALSE(parse_channel_message(Bytes(64, static_cast<uint8_t>(tag))).has_value());
  }
}

TEST_CASE("an unknown tag is told from a known one whose record is malformed") {
  for (const auto& sample : channel_samples()) {
    CHECK_FALSE(has_unknown_tag(encode(sample)));
    CHECK_FALSE(has_unknown_tag(Bytes{encode(sample)[0]}));
  }
  CHECK(has_unknown_tag(hex("00")));
  CHECK(has_unknown_tag(hex("FF 01 02")));
  CHECK_FALSE(has_unknown_tag({}));
}

TEST_CASE("a cause outside the table is refused") {
  for (size_t cause = kCauses; cause < 256; cause++)
    CHECK(refused(CallEnded{.reason = {.cause = static_cast<Cause>(cause)}}));
}

TEST_CASE("an address family that is neither IPv4, IPv6 nor none is refused everywhere") {
  for (unsigned family = 0; family < 256; family++) {
    if (family == 0 || family == 4 || family == 6) continue;
    INFO("family " << family);
    IpAddress odd{.family = static_cast<IpFamily>(family)};
    CHECK(refused_request([&](auto& m) { m.servers[1] = odd; }));
    CHECK(refused_request([&](auto& m) { m.local_bind = odd; }));
    CHECK(refused(CallAssigned{.server = odd, .local = address("192.0.2.1")}));
    CHECK(refused(CallAssigned{.server = address("192.0.2.1"), .local = odd}));
    CHECK(refused(ConnectionInfo{.server = odd}));
    CHECK(refused(ConnectionInfo{.local = odd}));
  }
}

TEST_CASE("an address must be there where one is needed") {
  CHECK(refused_request([](auto& m) { m.servers.clear(); }));
  CHECK(refused_request([](auto& m) { m.servers.push_back({}); }));
  CHECK(refused(CallAssigned{.server = address("192.0.2.1")}));
  CHECK(refused(CallAssigned{.local = address("192.0.2.1")}));
  CHECK_FALSE(refused_request([](auto& m) { m.local_bind = {}; }));
  CHECK_FALSE(refused(ConnectionInfo{}));
}

TEST_CASE("too many server addresses are refused") {
  for (size_t count : {kMaxServerAddresses + 1, size_t{255}})
    CHECK(refused_request([&](auto& m) { m.servers.assign(count, address("192.0.2.1")); }));
}

TEST_CASE("a text longer than any text may be is refused everywhere") {
  const std::string text(kMaxChannelText + 1, 'x');
  CHECK(refused_request([&](auto& m) { m.server_name = text; }));
  CHECK(refused_request([&](auto& m) { m.device = text; }));
  CHECK(refused(
      CallAssigned{.server = address("192.0.2.1"), .local = address("192.0.2.2"), .device = text}));
  CHECK(refused_request([&](auto& m) { m.log_name = text; }));
  CHECK(refused(CallEnded{.reason = {.subject = text}}));
  CHECK(refused(CallEnded{.reason = {.detail = text}}));
  CHECK(refused(ConnectionInfo{.server_name = text}));
  CHECK(refused(ConnectionInfo{.state = text}));
  CHECK(refused(ConnectionInfo{.peer_host_name = text}));
  CHECK(refused(ConnectionInfo{.peer_vendor = text}));
  CHECK(refused(CallInfo{.state = text}));
  CHECK(refused(CallInfo{.name = text}));
  CHECK(refused(HangUpRequest{.server = text}));
}

TEST_CASE("a text with a NUL in it is refused everywhere") {
  const std::string text("a\0b", 3);
  CHECK(refused_request([&](auto& m) { m.server_name = text; }));
  CHECK(refused_request([&](auto& m) { m.device = text; }));
  CHECK(refused_request([&](auto& m) { m.phone = text; }));
  CHECK(refused_request([&](auto& m) { m.client_hostname = text; }));
  CHECK(refused_request([&](auto& m) { m.log_name = text; }));
  CHECK(refused(CallEnded{.reason = {.detail = text}}));
  CHECK(refused(ConnectionInfo{.peer_vendor = text}));
  CHECK(refused(CallInfo{.name = text}));
  CHECK(refused(HangUpRequest{.server = text}));
}

TEST_CASE("texts that go into a field of 64 octets are refused where they do not fit") {
  CHECK(refused_request([](auto& m) { m.phone = std::string(65, '0'); }));
  CHECK(refused_request([](auto& m) { m.client_hostname = std::string(65, 'h'); }));
}

TEST_CASE("a connect timeout of zero is refused: no address would get a chance") {
  CHECK(refused_request([](auto& m) { m.connect_timeout = 0; }));
}

TEST_CASE("a flag that is neither 0 nor 1 is refused") {
  Bytes record = encode(HangUpRequest{.all = true});
  REQUIRE(record.back() == 1);
  for (unsigned value = 2; value < 256; value++) {
    record.back() = static_cast<uint8_t>(value);
    CHECK_FALSE(parse_channel_message(record).has_value());
  }
}

TEST_CASE("a text length beyond the record is refused") {
  Bytes record = encode(HangUpRequest{.server = "x"});
  record[5] = 0xFF;  // the high octet of the text's length, after tag, version and call ID
  CHECK_FALSE(parse_channel_message(record).has_value());
}

TEST_CASE("a log level that is none is refused, and 0 where one is told") {
  for (unsigned level : {1u, 2u, 6u, 8u, 255u}) {
    auto number = static_cast<uint8_t>(level);
    CHECK(refused(LogLevelRequest{.level = number}));
    CHECK(refused(LogLevelInfo{.level = number}));
    CHECK(refused(GatewayLogLevel{.level = number}));
  }
  CHECK_FALSE(refused(LogLevelRequest{}));
  CHECK_FALSE(refused(GatewayLogLevel{}));
  CHECK(refused(LogLevelInfo{}));
}

TEST_CASE("a captured packet that came no known way, or is too long, is refused") {
  Captured captured{.packets = {{.bytes = std::string(kMaxCapturedPacket, 'x')}}};
  CHECK_FALSE(refused(captured));
  captured.packets[0].bytes += 'x';
  CHECK(refused(captured));
  for (size_t passage = kPassages; passage < 256; passage++)
    CHECK(refused(Captured{.packets = {{.passage = static_cast<Passage>(passage)}}}));
}

TEST_CASE("a capture is between two addresses of one family") {
  auto v4 = address("192.0.2.1"), v6 = address("2001:db8::1");
  CHECK_FALSE(refused(CaptureStarted{.server = v6, .local = v6}));
  CHECK(refused(CaptureStarted{.server = v4, .local = v6}));
  CHECK(refused(CaptureStarted{.server = v4}));
  CHECK(refused(CaptureStarted{}));
}

TEST_CASE("the longest record of a capture is a channel message") {
  Captured captured{.packets = {}};
  size_t size = kMaxCapturedTogether - CapturedPacket::kOverhead;
  for (size_t piece : {kMaxCapturedPacket, size - kMaxCapturedPacket - CapturedPacket::kOverhead})
    captured.packets.push_back({.bytes = std::string(piece, 'x')});
  CHECK(encode(captured).size() <= kMaxChannelMessage);
}
