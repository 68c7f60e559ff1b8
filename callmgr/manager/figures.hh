// SPDX-License-Identifier: GPL-2.0-or-later
// Who waits for the figures of which calls. Clients ask, gateways answer: a gateway is asked once
// for all who wait, and not again before it has answered, so one that is stopped collects no
// requests. Nobody waits longer than kPatience. Pure; clients and gateways are known by number.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "common/channel/channel_message.hh"

namespace callgate {

class Figures {
 public:
  static constexpr Duration kPatience{200};
  static constexpr Duration kFresh{100};  // so long they serve others who ask: bounds the work

  // `asker` wants the figures of these gateways. Returns those that are to be asked now.
  std::vector<uint32_t> ask(uint32_t asker, const std::vector<uint32_t>& gateways, TimePoint now);
  // False: nobody has asked it.
  bool answered(uint32_t gateway, CallStatistics figures, TimePoint now);
  void forget(uint32_t number);  // a gateway or an asker that has gone

  // Askers who have waited for all they wait for, or long enough. Each is named once.
  std::vector<uint32_t> take_ready(TimePoint now);
  // Whoever still waits.
  std::vector<uint32_t> take_all();
  std::optional<TimePoint> next_deadline() const;
  // Null if it has not answered lately.
  const CallStatistics* of(uint32_t gateway, TimePoint now) const;

 private:
  struct Gateway {
    bool asked = false;
    std::optional<TimePoint> answered_at;
    CallStatistics figures;
  };
  struct Asker {
    TimePoint deadline;
    std::set<uint32_t> awaited;
  };

  std::map<uint32_t, Gateway> gateways_;
  std::map<uint32_t, Asker> askers_;
};

}  // namespace callgate
