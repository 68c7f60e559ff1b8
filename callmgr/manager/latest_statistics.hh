// SPDX-License-Identifier: GPL-2.0-or-later
// The statistics that each gateway has sent last. Pure; gateways go by their numbers.
#pragma once

#include <map>

#include "callmgr/manager/questions.hh"
#include "common/channel/channel_message.hh"

namespace callgate {

class LatestStatistics {
 public:
  // This long they serve everyone else who asks, which bounds how often a gateway is asked.
  static constexpr Duration kFresh{100};

  void note(uint32_t gateway, CallStatistics statistics, TimePoint now) {
    noted_.insert_or_assign(gateway, Noted{now, std::move(statistics)});
  }
  bool fresh(uint32_t gateway, TimePoint now) const { return since(gateway, now, kFresh); }
  // Returns nullptr if the gateway has not answered lately. Whoever has waited for others until the
  // last moment still sees what came while they waited.
  const CallStatistics* of(uint32_t gateway, TimePoint now) const {
    return since(gateway, now, Questions::kStatisticsWithin + kFresh);
  }
  void forget(uint32_t gateway) { noted_.erase(gateway); }

 private:
  struct Noted {
    TimePoint at;
    CallStatistics statistics;
  };
  const CallStatistics* since(uint32_t gateway, TimePoint now, Duration age) const {
    auto it = noted_.find(gateway);
    return it != noted_.end() && now - it->second.at <= age ? &it->second.statistics : nullptr;
  }

  std::map<uint32_t, Noted> noted_;
};

}  // namespace callgate
