// SPDX-License-Identifier: GPL-2.0-or-later
// Wire bytes of the messages about calls, written out from the field tables of RFC 2637 sections
// 2.7 to 2.15.
#include "common/wire/control_message.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

TEST_CASE("Outgoing-Call-Request has the bytes of RFC 2637 section 2.7") {
  OutgoingCallRequest message{.call_id = CallId{0x1234},
                              .serial_number = 0x0001,
                              .minimum_bps = 2400,
                              .maximum_bps = 10'000'000,
                              .bearer_type = kBearerEither,
                              .framing_type = kFramingAsync,
                              .receive_window = 64,
                              .processing_delay = 1,
                              .phone_number_length = 7,
                              .phone_number = {"5550123"},
                              .subaddress = {"42"}};
  Bytes wire = hex("00 A8 00 01 1A 2B 3C 4D")  // Length 168, control message, cookie
               + hex("00 07 00 00")            // OCRQ, Reserved0
               + hex("12 34")                  // Call ID
               + hex("00 01")                  // Call Serial Number
               + hex("00 00 09 60")            // Minimum BPS: 2400
               + hex("00 98 96 80")            // Maximum BPS: 10 000 000
               + hex("00 00 00 03")            // Bearer Type: any
               + hex("00 00 00 01")            // Framing Type: async
               + hex("00 40")                  // Packet Recv. Window Size
               + hex("00 01")                  // Packet Processing Delay
               + hex("00 07")                  // Phone Number Length
               + hex("00 00")                  // Reserved1
               + padded("5550123", 64)         // Phone Number
               + padded("42", 64);             // Subaddress
  CHECK(dump(encode(message)) == dump(wire));
}

// As pptpd 1.4.0 answers: its call ID, ours, and a line speed in bits per second.
TEST_CASE("Outgoing-Call-Reply is read as RFC 2637 section 2.8 writes it") {
  Bytes wire = hex("00 20 00 01 1A 2B 3C 4D")  // Length 32
               + hex("00 08 00 00")            // OCRP, Reserved0
               + hex("56 78")                  // Call ID: the PAC's
               + hex("12 34")                  // Peer's Call ID: ours
               + hex("02")                     // Result Code: general error
               + hex("06")                     // Error Code: PAC error
               + hex("00 11")                  // Cause Code
               + hex("00 01 86 A0")            // Connect Speed: 100 000
               + hex("00 10")                  // Packet Recv. Window Size
               + hex("00 05")                  // Packet Processing Delay
               + hex("DE AD BE EF");           // Physical Channel ID
  OutgoingCallReply message{.call_id = CallId{0x5678},
                            .peer_call_id = CallId{0x1234},
                            .result = 2,
                            .error = 6,
                            .cause = 17,
                            .connect_speed = 100'000,
                            .receive_window = 16,
                            .processing_delay = 5,
                            .physical_channel = 0xDEADBEEF};
  CHECK(parse_control_message(wire) ==
        std::variant<ControlMessage, Malformed>(ControlMessage(message)));
  CHECK(dump(encode(message)) == dump(wire));
}

TEST_CASE("Incoming-Call-Request has the bytes of RFC 2637 section 2.9") {
  IncomingCallRequest message{.call_id = CallId{0x1234},
                              .serial_number = 0x0002,
                              .bearer_type = kBearerDigital,
                              .physical_channel = 0x01020304,
                              .dialed_number_length = 3,
                              .dialing_number_length = 4,
                              .dialed_number = {"555"},
                              .dialing_number = {"0123"},
                              .subaddress = {"sub"}};
  Bytes wire = hex("00 DC 00 01 1A 2B 3C 4D")  // Length 220
               + hex("00 09 00 00")            // ICRQ, Reserved0
               + hex("12 34")                  // Call ID: the PAC's
               + hex("00 02")                  // Call Serial Number
               + hex("00 00 00 02")            // Call Bearer Type: digital
               + hex("01 02 03 04")            // Physical Channel ID
               + hex("00 03")                  // Dialed Number Length
               + hex("00 04")                  // Dialing Number Length
               + padded("555", 64)             // Dialed Number
               + padded("0123", 64)            // Dialing Number
               + padded("sub", 64);            // Subaddress
  CHECK(dump(encode(message)) == dump(wire));
}

TEST_CASE("Incoming-Call-Reply has the bytes of RFC 2637 section 2.10") {
  IncomingCallReply message{.call_id = CallId{0x0000},
                            .peer_call_id = CallId{0x1234},
                            .result = 3,
                            .error = 0,
                            .receive_window = 64,
                            .processing_delay = 1};
  Bytes wire = hex("00 18 00 01 1A 2B 3C 4D")  // Length 24
               + hex("00 0A 00 00")            // ICRP, Reserved0
               + hex("00 00")                  // Call ID: ours, none in a refusal
               + hex("12 34")                  // Peer's Call ID
               + hex("03")                     // Result Code: do not accept
               + hex("00")                     // Error Code
               + hex("00 40")                  // Packet Recv. Window Size
               + hex("00 01")                  // Packet Transmit Delay
               + hex("00 00");                 // Reserved1
  CHECK(dump(encode(message)) == dump(wire));
}

TEST_CASE("Incoming-Call-Connected has the bytes of RFC 2637 section 2.11") {
  IncomingCallConnected message{.peer_call_id = CallId{0x1234},
                                .connect_speed = 64'000,
                                .receive_window = 16,
                                .processing_delay = 2,
                                .framing_type = kFramingSync};
  Bytes wire = hex("00 1C 00 01 1A 2B 3C 4D")  // Length 28
               + hex("00 0B 00 00")            // ICCN, Reserved0
               + hex("12 34")                  // Peer's Call ID
               + hex("00 00")                  // Reserved1
               + hex("00 00 FA 00")            // Connect Speed: 64 000
               + hex("00 10")                  // Packet Recv. Window Size
               + hex("00 02")                  // Packet Transmit Delay
               + hex("00 00 00 02");           // Framing Type: sync
  CHECK(dump(encode(message)) == dump(wire));
}

TEST_CASE("Call-Clear-Request has the bytes of RFC 2637 section 2.12") {
  Bytes wire = hex("00 10 00 01 1A 2B 3C 4D")  // Length 16
               + hex("00 0C 00 00")            // CCR, Reserved0
               + hex("12 34")                  // Call ID: the PNS's
               + hex("00 00");                 // Reserved1
  CHECK(dump(encode(CallClearRequest{.call_id = CallId{0x1234}})) == dump(wire));
}

TEST_CASE("Call-Disconnect-Notify is read as RFC 2637 section 2.13 writes it") {
  Bytes wire = hex("00 94 00 01 1A 2B 3C 4D")   // Length 148
               + hex("00 0D 00 00")             // CDN, Reserved0
               + hex("56 78")                   // Call ID: the PAC's
               + hex("04")                      // Result Code: request
               + hex("00")                      // Error Code
               + hex("00 10")                   // Cause Code
               + hex("00 00")                   // Reserved1
               + padded("bytes in 1234", 128);  // Call Statistics
  CallDisconnectNotify message{.call_id = CallId{0x5678},
                               .result = 4,
                               .error = 0,
                               .cause = 16,
                               .statistics = {"bytes in 1234"}};
  CHECK(parse_control_message(wire) ==
        std::variant<ControlMessage, Malformed>(ControlMessage(message)));
  CHECK(dump(encode(message)) == dump(wire));
}

TEST_CASE("WAN-Error-Notify has the bytes of RFC 2637 section 2.14") {
  WanErrorNotify message{.peer_call_id = CallId{0x1234},
                         .crc_errors = 1,
                         .framing_errors = 2,
                         .hardware_overruns = 3,
                         .buffer_overruns = 4,
                         .timeout_errors = 5,
                         .alignment_errors = 0x06000000};
  Bytes wire = hex("00 28 00 01 1A 2B 3C 4D")  // Length 40
               + hex("00 0E 00 00")            // WEN, Reserved0
               + hex("12 34")                  // Peer's Call ID
               + hex("00 00")                  // Reserved1
               + hex("00 00 00 01")            // CRC Errors
               + hex("00 00 00 02")            // Framing Errors
               + hex("00 00 00 03")            // Hardware Overruns
               + hex("00 00 00 04")            // Buffer Overruns
               + hex("00 00 00 05")            // Time-out Errors
               + hex("06 00 00 00");           // Alignment Errors
  CHECK(dump(encode(message)) == dump(wire));
}

TEST_CASE("Set-Link-Info has the bytes of RFC 2637 section 2.15") {
  SetLinkInfo message{
      .peer_call_id = CallId{0x5678}, .send_accm = 0x000A0000, .receive_accm = 0xFFFFFFFF};
  Bytes wire = hex("00 18 00 01 1A 2B 3C 4D")  // Length 24
               + hex("00 0F 00 00")            // SLI, Reserved0
               + hex("56 78")                  // Peer's Call ID
               + hex("00 00")                  // Reserved1
               + hex("00 0A 00 00")            // Send ACCM: escape XON and XOFF
               + hex("FF FF FF FF");           // Receive ACCM: the default
  CHECK(dump(encode(message)) == dump(wire));
}
