// SPDX-License-Identifier: GPL-2.0-or-later
// Wire bytes of the messages that begin, keep and end a control connection, written out from the
// field tables of RFC 2637 sections 2.1 to 2.6.
#include "common/wire/control_message.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

TEST_CASE("Start-Control-Connection-Request has the bytes of RFC 2637 section 2.1") {
  StartControlConnectionRequest message{.protocol_version = 0x0100,
                                        .framing_capabilities = kFramingEither,
                                        .bearer_capabilities = kBearerDigital,
                                        .maximum_channels = 0x0102,
                                        .firmware_revision = 0x0304,
                                        .host_name = {"client.example.net"},
                                        .vendor = {"Callgate"}};
  Bytes wire = hex("00 9C")                        // Length: 156
               + hex("00 01")                      // PPTP Message Type: control message
               + hex("1A 2B 3C 4D")                // Magic Cookie
               + hex("00 01")                      // Control Message Type: SCCRQ
               + hex("00 00")                      // Reserved0
               + hex("01 00")                      // Protocol Version: 1.0
               + hex("00 00")                      // Reserved1
               + hex("00 00 00 03")                // Framing Capabilities: async 1, sync 2
               + hex("00 00 00 02")                // Bearer Capabilities: digital
               + hex("01 02")                      // Maximum Channels
               + hex("03 04")                      // Firmware Revision
               + padded("client.example.net", 64)  // Host Name
               + padded("Callgate", 64);           // Vendor String
  CHECK(dump(encode(message)) == dump(wire));
  CHECK(parse_control_message(wire) ==
        std::variant<ControlMessage, Malformed>(ControlMessage(message)));
}

TEST_CASE("a Start-Control-Connection-Request of ours announces version 1.0 and no channels") {
  Bytes wire = encode(StartControlConnectionRequest{});
  CHECK(dump(ByteSpan(wire).subspan(12, 2)) == "01 00");
  CHECK(dump(ByteSpan(wire).subspan(24, 2)) == "00 00");  // a PNS SHOULD send 0
}

TEST_CASE("Start-Control-Connection-Reply has the bytes of RFC 2637 section 2.2") {
  StartControlConnectionReply message{.protocol_version = 0x0100,
                                      .result = 2,
                                      .error = 4,
                                      .framing_capabilities = kFramingAsync,
                                      .bearer_capabilities = kBearerAnalog,
                                      .maximum_channels = 1,
                                      .firmware_revision = 0x0B0C,
                                      .host_name = {"vpn"},
                                      .vendor = {"linux"}};
  Bytes wire = hex("00 9C 00 01 1A 2B 3C 4D")  // Length 156, control message, cookie
               + hex("00 02 00 00")            // SCCRP, Reserved0
               + hex("01 00")                  // Protocol Version
               + hex("02")                     // Result Code: general error
               + hex("04")                     // Error Code: no resource
               + hex("00 00 00 01")            // Framing Capability: async
               + hex("00 00 00 01")            // Bearer Capability: analog
               + hex("00 01")                  // Maximum Channels
               + hex("0B 0C")                  // Firmware Revision
               + padded("vpn", 64)             // Host Name
               + padded("linux", 64);          // Vendor String
  CHECK(dump(encode(message)) == dump(wire));
}

TEST_CASE("Stop-Control-Connection-Request has the bytes of RFC 2637 section 2.3") {
  Bytes wire = hex("00 10 00 01 1A 2B 3C 4D")  // Length 16
               + hex("00 03 00 00")            // StopCCRQ, Reserved0
               + hex("03")                     // Reason: local shutdown
               + hex("00 00 00");              // Reserved1, Reserved2
  CHECK(dump(encode(StopControlConnectionRequest{.reason = 3})) == dump(wire));
}

TEST_CASE("Stop-Control-Connection-Reply has the bytes of RFC 2637 section 2.4") {
  Bytes wire = hex("00 10 00 01 1A 2B 3C 4D")  // Length 16
               + hex("00 04 00 00")            // StopCCRP, Reserved0
               + hex("02")                     // Result Code: general error
               + hex("01")                     // Error Code: not connected
               + hex("00 00");                 // Reserved1
  CHECK(dump(encode(StopControlConnectionReply{.result = 2, .error = 1})) == dump(wire));
}

TEST_CASE("Echo-Request has the bytes of RFC 2637 section 2.5") {
  Bytes wire = hex("00 10 00 01 1A 2B 3C 4D")  // Length 16
               + hex("00 05 00 00")            // Echo-Request, Reserved0
               + hex("01 02 03 04");           // Identifier
  CHECK(dump(encode(EchoRequest{.identifier = 0x01020304})) == dump(wire));
}

TEST_CASE("Echo-Reply has the bytes of RFC 2637 section 2.6") {
  Bytes wire = hex("00 14 00 01 1A 2B 3C 4D")  // Length 20
               + hex("00 06 00 00")            // Echo-Reply, Reserved0
               + hex("01 02 03 04")            // Identifier, copied from the request
               + hex("02")                     // Result Code: general error
               + hex("05")                     // Error Code: bad call ID
               + hex("00 00");                 // Reserved1
  CHECK(dump(encode(EchoReply{.identifier = 0x01020304, .result = 2, .error = 5})) == dump(wire));
}
