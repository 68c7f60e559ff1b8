// SPDX-License-Identifier: GPL-2.0-or-later
// What clients ask of gateways through the manager: who asked which gateway for what, and who still
// waits for an answer. A gateway that owes an answer is not asked for the same thing again, and a
// gateway that owes kMostOwed answers is asked nothing, whoever asks. So one that is stopped
// collects no questions. Pure; clients and gateways go by their numbers.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "common/wire/ids.hh"

namespace callgate {

class Questions {
 public:
  enum class Kind : uint8_t {
    statistics,  // all who ask share one question and its answer
    log_level,   // each asker has a question, as each may want another level
    capture,     // open as long as the capture runs; its asker does not wait
  };
  struct Asker {
    Kind kind{};
    uint32_t number = 0;
    bool operator==(const Asker&) const = default;
  };

  static constexpr size_t kMostOwed = 16;  // of one kind, by one gateway

  // The longest that an asker waits for all its answers.
  static constexpr Duration kStatisticsWithin{200}, kLogLevelWithin{10'000};

  // `asker` wants an answer from each of these gateways. Returns the gateways that are to be asked
  // now. The others owe that answer already, or owe too many.
  std::vector<uint32_t> ask(Kind kind, uint32_t asker, const std::vector<uint32_t>& gateways,
                            TimePoint now);
  // A gateway answers `asker`, or, with statistics, everyone. False if it owes no such answer. An
  // answer that it owes counts against the quota of whoever asked, not of the gateway's user.
  bool answered(Kind kind, uint32_t gateway, uint32_t asker);
  bool owes(Kind kind, uint32_t gateway, uint32_t asker) const;
  void forget(uint32_t number);  // a gateway or an asker that has gone

  // Askers that have all their answers, or have waited long enough. Each is named once.
  std::vector<Asker> take_ready(TimePoint now);
  std::vector<Asker> take_all();
  std::optional<TimePoint> next_deadline() const;

 private:
  struct Question {
    Kind kind;
    uint32_t gateway, asker;  // asker: 0 if everyone shares it
    auto operator<=>(const Question&) const = default;
  };
  struct Waiting {
    Kind kind;
    TimePoint until;
    std::set<uint32_t> gateways;  // whose answers it waits for
  };
  static Question question(Kind kind, uint32_t gateway, uint32_t asker);
  bool owes_too_many(Kind kind, uint32_t gateway) const;

  std::set<Question> owed_;
  std::map<uint32_t, Waiting> waiting_;  // by asker
};

}  // namespace callgate
