// SPDX-License-Identifier: GPL-2.0-or-later
// `pptpctl diagnose SERVER`: the fault tree of the Diagnosis HOWTO, walked by the program.
#pragma once

#include "callmgr/diagnose/diagnosis.hh"
#include "callmgr/diagnose/rule_base.hh"
#include "common/pppd/peers_file.hh"
#include "common/wire/ids.hh"

namespace callgate::diagnose::live {

struct Question {
  std::string server;
  std::string tunnel;  // a file in /etc/ppp/peers; may be empty
  PeersFile peers;     // that file, if there is a tunnel
  bool json = false, events = false;
};

// Prints each step as it ends, and then the conclusion. Takes kWholeRun at most. Throws RuleError
// if the rules lack one of the faults that a probe can find.
constexpr Duration kWholeRun{18'000};
Verdict diagnose_live(Question question, const RuleBase& rules);

}  // namespace callgate::diagnose::live
