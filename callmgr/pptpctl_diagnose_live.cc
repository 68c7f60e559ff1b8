// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl diagnose SERVER [--tunnel NAME] [--json]: looks at the network and at this host.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "callmgr/diagnose/live/live.hh"
#include "callmgr/pptpctl.hh"
#include "common/bytes.hh"
#include "common/os_error.hh"

namespace callgate {
namespace {

using diagnose::live::Question;

constexpr int kCouldNotTell = static_cast<int>(diagnose::Verdict::unknown);

// Of the diagnosis of a log.
bool takes_value(const std::string& word) {
  return word == "--log" || word == "--explain" || word == "--rules" || word == "--report";
}

Question parse(const Words& words) {
  Question question;
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (*word == "--json") {
      question.json = true;
    } else if (*word == "--tunnel") {
      if (word + 1 == words.end() || (word + 1)->empty())
        throw UsageError{"diagnose: --tunnel needs a value"};
      question.tunnel = *++word;
    } else if (word->empty() || word->starts_with('-') || !question.server.empty()) {
      throw UsageError{"diagnose takes one SERVER, --tunnel NAME and --json, not '" +
                       printable(*word) + "'"};
    } else {
      question.server = *word;
    }
  }
  return question;
}

}  // namespace

bool is_about_a_server(const Words& words) {
  for (size_t i = 0; i < words.size(); i++) {
    if (words[i] == "--tunnel") return true;
    if (takes_value(words[i]))
      i++;
    else if (!words[i].starts_with('-'))
      return true;
  }
  return false;
}

int diagnose_live_command(const Words& words) try {
  return static_cast<int>(diagnose::live::diagnose_live(parse(words)));
} catch (const OsError& error) {
  fmt::print(stderr, "pptpctl: cannot {}\n", error.what());
  return kCouldNotTell;
}

}  // namespace callgate
