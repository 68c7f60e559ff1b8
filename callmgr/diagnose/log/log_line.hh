// SPDX-License-Identifier: GPL-2.0-or-later
// One line of a log, without the additions of syslog, the journal, NetworkManager, docker, mail
// programs and terminals: the program that wrote it, and its text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace callgate::diagnose {

struct LogLine {
  uint64_t number = 0;
  std::string_view host;
  std::string_view program;  // "pppd"; empty if the line does not say
  std::string_view user;     // whose session it is, of which accel-ppp speaks
  uint32_t pid = 0;          // 0 if the line does not say
  std::string_view text;
  bool prefixed = false;  // a prefix was removed, which only the start of a message has
  uint32_t times = 1;     // how often the program wrote this message
  bool repeats = false;   // there is no message: the line before this one was written `times` times
};

// A line that outlives the bytes from which it was read.
class KeptLine {
 public:
  void keep(const LogLine& line);
  void append(std::string_view text) { text_.append(text); }
  const std::string& text() const { return text_; }
  LogLine line() const;

 private:
  LogLine line_;  // its views are not valid
  std::string host_, program_, user_, text_;
};

// The views point into `raw`, or into `scratch` if bytes had to be removed from the middle.
LogLine parse_log_line(std::string_view raw, uint64_t number, std::string& scratch);

// Whether a line of this program may concern a tunnel. An empty name may be any program.
bool concerns_tunnels(std::string_view program);

}  // namespace callgate::diagnose
