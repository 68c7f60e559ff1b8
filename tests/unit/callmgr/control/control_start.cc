// SPDX-License-Identifier: GPL-2.0-or-later
// How a control connection is established or refused: RFC 2637 sections 2.1, 2.2, 3.1.1 and 3.1.4.
#include "tests/unit/callmgr/control/control_driver.hh"

using namespace callgate;
using namespace callgate::test;
using State = ControlConnection::State;

TEST_CASE("a connection that was never made waits for nothing") {
  ControlDriver driver;
  CHECK(driver.core().state() == State::idle);
  CHECK_FALSE(driver.until_deadline());
  CHECK(driver.after(std::chrono::hours(1)) == "");
}

TEST_CASE("the start request has every field as section 2.1 wants it from a PNS") {
  ControlDriver driver;
  CHECK(driver.connect() == "send Start-Control-Connection-Request");
  auto request = std::get<StartControlConnectionRequest>(driver.sent().at(0));
  CHECK(request.protocol_version == 0x0100);
  CHECK(request.framing_capabilities == 3);
  CHECK(request.bearer_capabilities == 3);
  CHECK(request.maximum_channels == 0);
  CHECK(request.firmware_revision == 1);
  CHECK(request.host_name.text == "laptop");
  CHECK(request.vendor.text.starts_with("Callgate "));
  CHECK(driver.core().state() == State::wait_reply);
}

TEST_CASE("a second TCP connection is no business of this one") {
  ControlDriver driver;
  driver.establish();
  CHECK(driver.connect() == "");
  CHECK(driver.core().state() == State::established);
}

TEST_CASE("results 1 and 0 of the start reply establish, every other one refuses") {
  for (unsigned result = 0; result <= 255; result++) {
    INFO("result " << result);
    ControlDriver driver;
    driver.connect();
    auto steps = driver.receive(
        StartControlConnectionReply{.result = static_cast<uint8_t>(result), .error = 4});
    if (result <= 1) {
      CHECK(steps == "established");
      continue;
    }
    CHECK(steps == "close control_refused");
    CHECK(driver.closed()->result == result);
    CHECK(driver.closed()->error == 4);
    CHECK(driver.closed()->subject == "192.0.2.1");
  }
}

TEST_CASE("what the server says of itself is kept") {
  ControlDriver driver;
  driver.connect();
  driver.receive(StartControlConnectionReply{
      .maximum_channels = 3, .firmware_revision = 9, .host_name = {"gate"}, .vendor = {"Acme"}});
  CHECK(driver.core().peer().host_name.text == "gate");
  CHECK(driver.core().peer().vendor.text == "Acme");
  CHECK(driver.core().peer().firmware_revision == 9);
  CHECK(driver.core().maximum_channels() == 3);
}

TEST_CASE("0 channels are no limit, and before the reply one is assumed") {
  ControlDriver driver;
  driver.connect();
  CHECK(driver.core().maximum_channels() == 1);
  driver.receive(StartControlConnectionReply{.maximum_channels = 0});
  CHECK(driver.core().maximum_channels() == SIZE_MAX);
}

TEST_CASE("another protocol version is answered by Stop, reason 2, whose reply is awaited") {
  auto version = GENERATE(0x0000, 0x00FF, 0x0101, 0x0200);
  ControlDriver driver;
  driver.connect();
  CHECK(driver.receive(
            StartControlConnectionReply{.protocol_version = static_cast<uint16_t>(version)}) ==
        "send Stop-Control-Connection-Request");
  CHECK(driver.sent().back() == ControlMessage(StopControlConnectionRequest{.reason = 2}));
  CHECK(driver.core().state() == State::wait_stop_reply);
  CHECK(driver.receive(StopControlConnectionReply{}) == "close control_version");
}

TEST_CASE("the version that the server speaks is named") {
  ControlDriver driver;
  driver.connect();
  driver.receive(StartControlConnectionReply{.protocol_version = 0x0203});
  driver.disconnect();
  CHECK(sentence(*driver.closed()).find("2.3") != std::string::npos);
}

TEST_CASE("a refusal in another version is a refusal") {
  ControlDriver driver;
  driver.connect();
  CHECK(driver.receive(StartControlConnectionReply{.protocol_version = 0, .result = 5}) ==
        "close control_refused");
}

TEST_CASE("a server that sends no start reply is given up at the time set, not before") {
  auto wanted = settings();
  wanted.reply_timeout = Duration(2'500);
  ControlDriver driver(wanted);
  driver.connect();
  CHECK(driver.until_deadline() == Duration(2'500));
  CHECK(driver.after(Duration(2'499)) == "");
  CHECK(driver.after(Duration(1)) == "close control_silent");
  CHECK(driver.closed()->detail == "2.5 s");
}

TEST_CASE("an established connection has no time limit") {
  auto wanted = settings();
  wanted.idle_wait = Duration(0);
  ControlDriver driver(wanted);
  driver.establish();
  CHECK_FALSE(driver.until_deadline());
  CHECK(driver.after(std::chrono::hours(1000)) == "");
}

TEST_CASE("a server that closes before its reply never spoke PPTP to us") {
  ControlDriver driver;
  driver.connect();
  CHECK(driver.disconnect(ECONNRESET) == "close control_closed");
  CHECK(driver.closed()->os_error == ECONNRESET);
}

TEST_CASE("Stop in place of the start reply is answered and reported with its reason") {
  ControlDriver driver;
  driver.connect();
  CHECK(driver.receive(StopControlConnectionRequest{.reason = 3}) ==
        "send Stop-Control-Connection-Reply, close control_stopped_early");
  CHECK(driver.closed()->result == 3);
}

TEST_CASE("what is not PPTP closes at once, with a word about how it is malformed") {
  ControlDriver driver;
  driver.connect();
  const std::string banner = "SSH-2.0-OpenSSH_9.2p1\r\n";
  CHECK(driver.bytes(Bytes(banner.begin(), banner.end())) == "close control_not_pptp");
  CHECK(driver.closed()->detail.find("length") != std::string::npos);
}

TEST_CASE("an echo request that precedes the start reply is answered") {
  ControlDriver driver;
  driver.connect();
  CHECK(driver.receive(EchoRequest{.identifier = 5}) == "send Echo-Reply");
  CHECK(driver.core().state() == State::wait_reply);
}

TEST_CASE("a connection that nobody needs before its reply closes without a word") {
  ControlDriver driver;
  driver.connect();
  CHECK(driver.stop() == "close hung_up_locally");
}
