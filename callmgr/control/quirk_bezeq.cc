// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/quirk_bezeq.hh"

namespace callgate::bezeq {
namespace {

constexpr const char* kRelay = "RELAY_PPP1";

}  // namespace

void suit(StartControlConnectionRequest& request) {
  request.framing_capabilities = kFramingAsync;
  request.bearer_capabilities = kBearerAnalog;
  request.firmware_revision = 0x6021;
  if (request.host_name.text.empty()) request.host_name.text = kRelay;
  request.vendor.text = "MS Win NT";
}

void suit(OutgoingCallRequest& request) {
  request.bearer_type = kBearerDigital;
  if (!request.phone_number.text.empty()) return;
  request.phone_number.text = kRelay;
  request.phone_number_length = static_cast<uint16_t>(request.phone_number.text.size());
}

}  // namespace callgate::bezeq
