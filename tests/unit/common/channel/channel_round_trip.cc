// SPDX-License-Identifier: GPL-2.0-or-later
// The messages between our own processes survive the channel whole.
#include "tests/unit/catch.hh"
#include "tests/unit/common/channel/channel_samples.hh"
#include "tests/unit/field_list.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

TEST_CASE("the samples hold every channel message, every field set") {
  auto samples = channel_samples();
  REQUIRE(samples.size() == std::variant_size_v<ChannelMessage>);
  for (size_t i = 0; i < samples.size(); i++) {
    INFO("alternative " << i);
    CHECK(samples[i].index() == i);
    CHECK(std::visit([](const auto& m) { return fields_at_default(m); }, samples[i]) == 0);
  }
}

TEST_CASE("the tags of the channel messages are all different") {
  std::vector<uint8_t> tags;
  for (const auto& sample : channel_samples()) {
    uint8_t tag = encode(sample)[0];
    CHECK(std::find(tags.begin(), tags.end(), tag) == tags.end());
    tags.push_back(tag);
  }
}

TEST_CASE("every channel message is the same after encoding and parsing") {
  for (const auto& sample : channel_samples()) {
    INFO("alternative " << sample.index());
    auto parsed = parse_channel_message(encode(sample));
    REQUIRE(parsed.has_value());
    CHECK(*parsed == sample);
  }
}

TEST_CASE("every cause crosses the channel") {
  for (size_t i = 0; i < kCauses; i++) {
    INFO("cause " << i);
    CallEnded ended{.reason = {.cause = static_cast<Cause>(i)}};
    CHECK(parse_channel_message(encode(ended)) == ChannelMessage(ended));
  }
}

TEST_CASE("a call request at every limit is taken, and fits into one record") {
  auto request = call_request_sample();
  request.servers.assign(kMaxServerAddresses, address("2001:db8::1"));
  request.server_name = std::string(kMaxChannelText, 'n');
  request.device = std::string(kMaxChannelText, 'd');
  request.log_name = std::string(kMaxChannelText, 'l');
  request.phone = std::string(64, 'p');
  request.client_hostname = std::string(64, 'h');
  Bytes record = encode(request);
  CHECK(record.size() <= kMaxChannelMessage);
  CHECK(parse_channel_message(record) == ChannelMessage(request));
}

TEST_CASE("a status record at every limit fits into one record") {
  const std::string longest(kMaxChannelText, 'x');
  ConnectionInfo info{
      .server_name = longest, .state = longest, .peer_host_name = longest, .peer_vendor = longest};
  CHECK(encode(info).size() <= kMaxChannelMessage);
  CHECK(parse_channel_message(encode(info)) == ChannelMessage(info));
}
