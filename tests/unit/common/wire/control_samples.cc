// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/common/wire/control_samples.hh"

namespace callgate::test {
namespace {

std::vector<ControlMessage> connection_samples() {
  return {
      StartControlConnectionRequest{.protocol_version = 0x0201,
                                    .framing_capabilities = 0xA1A2A3A4,
                                    .bearer_capabilities = 0xB1B2B3B4,
                                    .maximum_channels = 0xC1C2,
                                    .firmware_revision = 0xD1D2,
                                    .host_name = {std::string(64, 'h')},
                                    .vendor = {std::string(64, 'v')}},
      StartControlConnectionReply{.protocol_version = 0x0201,
                                  .result = 0xE1,
                                  .error = 0xE2,
                                  .framing_capabilities = 0xA1A2A3A4,
                                  .bearer_capabilities = 0xB1B2B3B4,
                                  .maximum_channels = 0xC1C2,
                                  .firmware_revision = 0xD1D2,
                                  .host_name = {std::string(64, 'h')},
                                  .vendor = {std::string(64, 'v')}},
      StopControlConnectionRequest{.reason = 0xE3},
      StopControlConnectionReply{.result = 0xE1, .error = 0xE2},
      EchoRequest{.identifier = 0xF1F2F3F4},
      EchoReply{.identifier = 0xF1F2F3F4, .result = 0xE1, .error = 0xE2},
  };
}

std::vector<ControlMessage> outgoing_samples() {
  return {
      OutgoingCallRequest{.call_id = CallId{0x1112},
                          .serial_number = 0x2122,
                          .minimum_bps = 0x31323334,
                          .maximum_bps = 0x41424344,
                          .bearer_type = 0x51525354,
                          .framing_type = 0x61626364,
                          .receive_window = 0x7172,
                          .processing_delay = 0x8182,
                          .phone_number_length = 0x9192,
                          .phone_number = {std::string(64, 'p')},
                          .subaddress = {std::string(64, 's')}},
      OutgoingCallReply{.call_id = CallId{0x1112},
                        .peer_call_id = CallId{0x1314},
                        .result = 0xE1,
                        .error = 0xE2,
                        .cause = 0x2324,
                        .connect_speed = 0x31323334,
                        .receive_window = 0x7172,
                        .processing_delay = 0x8182,
                        .physical_channel = 0xA1A2A3A4},
  };
}

std::vector<ControlMessage> incoming_samples() {
  return {
      IncomingCallRequest{.call_id = CallId{0x1112},
                          .serial_number = 0x2122,
                          .bearer_type = 0x51525354,
                          .physical_channel = 0xA1A2A3A4,
                          .dialed_number_length = 0x9192,
                          .dialing_number_length = 0x9394,
                          .dialed_number = {std::string(64, 'd')},
                          .dialing_number = {std::string(64, 'g')},
                          .subaddress = {std::string(64, 's')}},
      IncomingCallReply{.call_id = CallId{0x1112},
                        .peer_call_id = CallId{0x1314},
                        .result = 0xE1,
                        .error = 0xE2,
                        .receive_window = 0x7172,
                        .processing_delay = 0x8182},
      IncomingCallConnected{.peer_call_id = CallId{0x1314},
                            .connect_speed = 0x31323334,
                            .receive_window = 0x7172,
                            .processing_delay = 0x8182,
                            .framing_type = 0x61626364},
  };
}

std::vector<ControlMessage> established_samples() {
  return {
      CallClearRequest{.call_id = CallId{0x1112}},
      CallDisconnectNotify{.call_id = CallId{0x1112},
                           .result = 0xE1,
                           .error = 0xE2,
                           .cause = 0x2324,
                           .statistics = {std::string(128, 't')}},
      WanErrorNotify{.peer_call_id = CallId{0x1314},
                     .crc_errors = 0x01020304,
                     .framing_errors = 0x11121314,
                     .hardware_overruns = 0x21222324,
                     .buffer_overruns = 0x31323334,
                     .timeout_errors = 0x41424344,
                     .alignment_errors = 0x51525354},
      SetLinkInfo{
          .peer_call_id = CallId{0x1314}, .send_accm = 0x0A0B0C0D, .receive_accm = 0x1A1B1C1D},
  };
}

}  // namespace

std::vector<ControlMessage> control_samples() {
  std::vector<ControlMessage> all;
  for (const auto& part :
       {connection_samples(), outgoing_samples(), incoming_samples(), established_samples()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace callgate::test
