// SPDX-License-Identifier: GPL-2.0-or-later
// What a test call shows.
#pragma once

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/step.hh"
#include "common/channel/reason.hh"

namespace callgate::diagnose::live {

constexpr const char* kLogName = "pptpctl-diagnose";  // of the test call, in every log

struct CallFacts {
  unsigned sent = 0, frames = 0, answers = 0;  // see lcp_speaker.hh
  Authentications authentications;
  uint16_t largest = 0;
  std::vector<int> gre_errors;  // errno of the GRE socket, as pptp-gre reports them
  bool gone = false;            // pptp ended before we hung up,
  std::optional<Reason> end;    // and reported why
  Duration heard_after{0}, lasted{0};
};

struct GreOutcome {
  GreState state;
  Result result;
};

GreOutcome judge(const CallFacts& facts, const std::string& server);

}  // namespace callgate::diagnose::live
