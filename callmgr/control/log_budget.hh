// SPDX-License-Identifier: GPL-2.0-or-later
// Bounds the lines that one user, or one server, can put into the log, so that the lines about all
// others still find room there: journald drops lines of a service that writes too many.
#pragma once

#include <map>
#include <string>

#include "common/system/log.hh"
#include "common/system/rate_limit.hh"

namespace callgate {

class LogBudget {
 public:
  static constexpr uint64_t kAtOnce = 200;  // lines
  static constexpr Duration kEvery{1'000};  // another line
  static constexpr size_t kMostNames = 1024;

  // Writes the line, unless there were too many about `whom` lately. The next line that is written
  // about `whom` follows one that says how many were left out.
  void write(const std::string& whom, TimePoint now, log::Level level, std::string_view text,
             const std::vector<log::Field>& fields = {});

 private:
  RateLimit& limit_of(const std::string& whom, TimePoint now);

  std::map<std::string, RateLimit> limits_;
  RateLimit others_{kAtOnce, kEvery};  // everybody who finds no place in limits_
};

}  // namespace callgate
