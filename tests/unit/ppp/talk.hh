// SPDX-License-Identifier: GPL-2.0-or-later
// One protocol of a link, to which a test says whatever a server may say.
#pragma once

#include <deque>

#include "ppp/negotiation.hh"

namespace callgate::ppp::test {

struct Talk {
  explicit Talk(Policy& policy) : end(policy, {}) {
    hear(end.open(now));
    hear(end.lower_up(now));
  }

  void say(Code code, uint8_t identifier, const Bytes& data) {
    hear(end.receive(encode({code, identifier, data}), now));
  }
  void say(Code code, uint8_t identifier, const Options& options) {
    say(code, identifier, encode(options));
  }
  // Says it about the last Configure-Request.
  void answer(Code code, const Options& options) { say(code, request.identifier, options); }
  void acknowledge() { answer(Code::configure_ack, request.options); }

  void hear(const Steps& steps) {
    for (const Step& step : steps) {
      if (auto* sent = std::get_if<SendPacket>(&step)) {
        auto packet = parse_control_packet(sent->packet);
        last = {packet->code, packet->identifier, parse_options(packet->data).value_or(Options{})};
        count++;
        if (last.code == Code::configure_request) request = last;
      }
      up =
          (up || std::holds_alternative<LayerUp>(step)) && !std::holds_alternative<LayerDown>(step);
      if (auto* done = std::get_if<LayerFinished>(&step)) finished = done->reason;
    }
  }

  struct Packet {
    Code code{};
    uint8_t identifier = 0;
    Options options;
  };
  TimePoint now{};
  Negotiation end;
  Packet last, request;  // what it has sent, and its last Configure-Request
  int count = 0;         // of packets that it has sent
  bool up = false;
  std::optional<std::string> finished;  // the reason
};

}  // namespace callgate::ppp::test
