// SPDX-License-Identifier: GPL-2.0-or-later
// A server sends anything to a link that requires encryption. No network protocol comes up before
// both directions are encrypted, and each frame has a bounded number of answers.
//
// The input is a sequence of frames, each after its length of one byte. A length of 0 lets time
// pass.
#include "ppp/link.hh"

#include "tests/fuzz/fuzz.hh"

using namespace callgate;
using namespace callgate::ppp;

namespace {

constexpr size_t kMaxSteps = 32;  // for one frame

struct Session {
  Session() : link(settings(), {0x11111111, 0xC1}) {}

  static LinkSettings settings() {
    LinkSettings made;
    made.name = "alice";
    made.ccp.required = true;
    made.ccp.stateful = true;
    made.ccp.lengths = {KeyLength::bits_128, KeyLength::bits_40};
    made.ipv6 = true;
    made.ipcp.dns = true;
    made.echo_interval = std::chrono::seconds(10);
    made.echo_failure = 3;
    return made;
  }

  void take(const LinkSteps& steps) {
    fuzz::require(steps.size() <= kMaxSteps);
    for (const LinkStep& step : steps) {
      if (auto* send = std::get_if<SendFrame>(&step))
        fuzz::require(parse_frame(send->frame).has_value());
      if (auto* keys = std::get_if<Encryption>(&step)) encrypted = keys->send && keys->receive;
      if (std::holds_alternative<Ipv4Up>(step) || std::holds_alternative<Ipv6Up>(step))
        fuzz::require(encrypted);
      if (auto* ask = std::get_if<AskSecret>(&step))
        if (auto answered = answer(ask->question, "alice", "secret", Challenge{}))
          take(link.answered(*answered, now));
    }
  }

  Link link;
  TimePoint now{std::chrono::hours(1)};
  bool encrypted = false;
};

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Session session;
  session.take(session.link.start(session.now));
  Reader reader({data, size});
  while (reader.ok() && !reader.rest().empty()) {
    uint8_t length = 0;
    reader(length);
    if (length == 0) {
      session.now += std::chrono::seconds(3);
      session.take(session.link.advance(session.now));
      continue;
    }
    if (auto frame = parse_frame(reader.take(length)))
      session.take(session.link.receive(*frame, session.now));
  }
  session.take(session.link.close("end", session.now));
  return 0;
}
