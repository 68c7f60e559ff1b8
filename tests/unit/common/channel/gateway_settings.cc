// SPDX-License-Identifier: GPL-2.0-or-later
// The record in which pptp gives pptp-gre its settings.
#include "common/channel/gateway_settings.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/field_list.hh"

using namespace callgate;

namespace {

GatewaySettings sample() {
  return {.ipv4 = true,
          .ipv6 = true,
          .mark = UINT32_MAX,
          .timeout = 10,
          .buffer = false,
          .missing_window = 6000,
          .receive_window = 3,
          .transmit_window = true,
          .sync = true,
          .log_name = "vpn",
          .log_level = static_cast<uint8_t>(log::Level::debug),
          .test_type = 3,
          .test_rate = 50,
          .reports = true,
          .link = LinkOptions{.name = "user", .mppe_128 = true}};
}

template <typename T>
bool accepts(T GatewaySettings::*field, T value) {
  auto settings = sample();
  settings.*field = std::move(value);
  return parse_gateway_settings(encode(settings)).has_value();
}

}  // namespace

TEST_CASE("the defaults of pptp-gre's settings are those of the manual page") {
  GatewaySettings settings;
  CHECK(settings.timeout == 300);
  CHECK(settings.missing_window == 300);
  CHECK(settings.buffer);
  CHECK(settings.receive_window == 64);
  CHECK(settings.receive_window == CallRequest().receive_window);
  CHECK_FALSE(settings.transmit_window);
  CHECK_FALSE(settings.sync);
  CHECK(settings.verbosity() == log::Level::notice);
}

TEST_CASE("every setting is the same after encoding and parsing") {
  CHECK(test::fields_at_default(sample()) == 1);  // the version
  CHECK(parse_gateway_settings(encode(sample())) == sample());
}

TEST_CASE("settings at their longest fit into a pipe") {
  auto settings = sample();
  settings.log_name = std::string(kMaxChannelText, 'x');
  settings.link->name = settings.log_name;
  auto record = encode(settings);
  CHECK(record.size() <= kMaxGatewaySettings);
  CHECK(parse_gateway_settings(record) == settings);
}

TEST_CASE("a setting outside its range is refused") {
  using Settings = GatewaySettings;
  CHECK_FALSE(accepts(&Settings::version, uint16_t{kGatewaySettingsVersion + 1}));
  CHECK(accepts(&Settings::timeout, 10'000U));
  CHECK_FALSE(accepts(&Settings::timeout, 0U));
  CHECK_FALSE(accepts(&Settings::timeout, 10'001U));
  CHECK_FALSE(accepts(&Settings::missing_window, 0U));
  CHECK_FALSE(accepts(&Settings::receive_window, uint16_t{0}));
  CHECK_FALSE(accepts(&Settings::log_level, uint8_t{6}));
  CHECK_FALSE(accepts(&Settings::test_type, 4U));
  CHECK_FALSE(accepts(&Settings::test_rate, 0U));
  CHECK_FALSE(accepts(&Settings::log_name, std::string(kMaxChannelText + 1, 'x')));
  CHECK_FALSE(accepts(&Settings::log_name, std::string("a\0b", 3)));
  CHECK_FALSE(accepts(&Settings::link, std::optional(LinkOptions{.mru = 127})));
  CHECK_FALSE(accepts(&Settings::link, std::optional(LinkOptions{.ipv4 = false})));
  CHECK_FALSE(parse_gateway_settings(encode(Settings{})));  // of no address family
}
