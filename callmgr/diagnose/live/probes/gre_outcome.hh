// SPDX-License-Identifier: GPL-2.0-or-later
// What a test call amounts to.
#pragma once

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/step.hh"

namespace callgate::diagnose::live {

constexpr const char* kLogName = "pptpctl-diagnose";  // of the test call, in every log

struct CallFacts {
  unsigned sent = 0, frames = 0, answers = 0, requests = 0;  // see lcp_speaker.hh
  uint16_t largest = 0;
  int status = -1;   // pptp's, if it ended before we hung up; else -1
  std::string said;  // by pptp, on stderr
  Duration heard_after{0}, lasted{0};
};

struct GreOutcome {
  GreState state;
  Result result;
};

GreOutcome judge(const CallFacts& facts, const std::string& server);

}  // namespace callgate::diagnose::live
