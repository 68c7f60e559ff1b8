// SPDX-License-Identifier: GPL-2.0-or-later
// --quirks BEZEQ_ISRAEL changes three messages, and nothing without it.
#include "tests/unit/callmgr/control/control_driver.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

ControlSettings quirky() {
  return {.quirk_bezeq = true};
}

}  // namespace

TEST_CASE("with the quirk the start request is that of a Windows NT relay") {
  ControlDriver driver(quirky());
  driver.connect();
  CHECK(driver.sent().at(0) ==
        ControlMessage(StartControlConnectionRequest{.framing_capabilities = kFramingAsync,
                                                     .bearer_capabilities = kBearerAnalog,
                                                     .maximum_channels = 0,
                                                     .firmware_revision = 0x6021,
                                                     .host_name = {"RELAY_PPP1"},
                                                     .vendor = {"MS Win NT"}}));
}

TEST_CASE("with the quirk the call goes to the relay, on a digital bearer") {
  ControlDriver driver(quirky());
  driver.establish();
  driver.request();
  auto request = std::get<OutgoingCallRequest>(driver.sent().at(1));
  CHECK(request.call_id == kOurs);
  CHECK(request.serial_number != 0);
  CHECK(request.bearer_type == kBearerDigital);
  CHECK(request.framing_type == kFramingEither);
  CHECK(request.phone_number.text == "RELAY_PPP1");
  CHECK(request.phone_number_length == 10);
}

TEST_CASE("with the quirk a host name and a phone number of the user's are kept") {
  auto wanted = quirky();
  wanted.client_hostname = "laptop";
  ControlDriver driver(wanted);
  driver.establish();
  driver.request({.call_id = kOurs, .phone = "12345"});
  CHECK(std::get<StartControlConnectionRequest>(driver.sent().at(0)).host_name.text == "laptop");
  auto request = std::get<OutgoingCallRequest>(driver.sent().at(1));
  CHECK(request.phone_number.text == "12345");
  CHECK(request.phone_number_length == 5);
}

TEST_CASE("with the quirk Set-Link-Info follows the call's reply at once") {
  ControlDriver driver(quirky());
  driver.establish();
  driver.request();
  CHECK(driver.receive(OutgoingCallReply{.call_id = kTheirs, .peer_call_id = kOurs}) ==
        "up 7, send Set-Link-Info");
  CHECK(driver.sent().back() ==
        ControlMessage(SetLinkInfo{
            .peer_call_id = kTheirs, .send_accm = 0xFFFFFFFF, .receive_accm = 0xFFFFFFFF}));
}
