// SPDX-License-Identifier: GPL-2.0-or-later
// Text fields of fixed width, as servers really fill them.
#include "common/wire/control_message.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

// A Start-Control-Connection-Reply whose Host Name field holds these 64 octets.
StartControlConnectionReply reply_from(const Bytes& host_name) {
  REQUIRE(host_name.size() == 64);
  Bytes wire = encode(StartControlConnectionReply{.vendor = {"vendor"}});
  std::copy(host_name.begin(), host_name.end(), wire.begin() + 28);
  auto parsed = parse_control_message(wire);
  REQUIRE(std::holds_alternative<ControlMessage>(parsed));
  return std::get<StartControlConnectionReply>(std::get<ControlMessage>(parsed));
}

}  // namespace

TEST_CASE("a text that fills its field has no terminating NUL and is read whole") {
  auto reply = reply_from(repeated('x', 64));
  CHECK(reply.host_name.text == std::string(64, 'x'));
  CHECK(reply.vendor.text == "vendor");  // and the next field begins where it should
}

TEST_CASE("bytes after the NUL of a text are not part of it") {
  auto reply = reply_from(padded("host", 5) + repeated(0xFF, 59));
  CHECK(reply.host_name.text == "host");
  CHECK(reply.vendor.text == "vendor");
}

TEST_CASE("a text that begins with NUL is empty") {
  CHECK(reply_from(hex("00") + repeated('x', 63)).host_name.text.empty());
}

TEST_CASE("a text keeps foreign bytes as they came") {
  auto reply = reply_from(hex("1B 5B 32 4A FF 80 0A") + Bytes(57));
  CHECK(dump(Bytes(reply.host_name.text.begin(), reply.host_name.text.end())) ==
        "1B 5B 32 4A FF 80 0A");
}

TEST_CASE("a text too long for its field is cut when sent and spills into no other") {
  StartControlConnectionRequest message{.host_name = {std::string(65, 'h')}, .vendor = {"v"}};
  Bytes wire = encode(message);
  REQUIRE(wire.size() == 156);
  CHECK(dump(ByteSpan(wire).subspan(28)) == dump(repeated('h', 64) + padded("v", 64)));
}
