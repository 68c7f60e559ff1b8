// SPDX-License-Identifier: GPL-2.0-or-later
// One of each of the messages between our own processes, every field set to a value of its own.
#pragma once

#include <vector>

#include "common/channel/channel_message.hh"

namespace callgate::test {

CallRequest call_request_sample();
std::vector<ChannelMessage> channel_samples();

inline IpAddress address(const char* text) {
  return IpAddress::parse(text).value();
}

}  // namespace callgate::test
