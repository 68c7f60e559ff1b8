// SPDX-License-Identifier: GPL-2.0-or-later
// Runs pptpctl diagnose: the test of a server or a tunnel step by step, and the report of a log.
#pragma once

#include <deque>
#include <memory>

#include "gui/backend/process.hh"
#include "gui/backend/programs.hh"
#include "gui/backend/reply.hh"
#include "gui/model/diagnosis.hh"

namespace callgate::gui {

class Diagnose {
 public:
  explicit Diagnose(Programs programs) : programs_(std::move(programs)) {}

  using Told = std::function<void(const TestLine&)>;
  using Ended = std::function<void(const std::string& failure)>;  // empty: it has told its end

  // `words`: SERVER, or --tunnel TUNNEL. The test is given up when what is returned is destroyed.
  std::unique_ptr<Process> test(const Words& words, Told told, Ended ended);
  // Gives the text of a report of this log, without names, addresses and passwords.
  void report(const std::deque<std::string>& log, Reply<std::string> reply);

 private:
  Programs programs_;
  std::unique_ptr<Process> reporting_;
};

}  // namespace callgate::gui
