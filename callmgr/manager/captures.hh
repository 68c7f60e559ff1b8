// SPDX-License-Identifier: GPL-2.0-or-later
// The captures that run at present, one for a call at most: who watches, how many records may be on
// their way, and when one is over. Clients and links go by their numbers. Pure.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "common/channel/operating_message.hh"

namespace callgate {

struct RunningCapture {
  uint32_t id = 0;
  CallId call{};
  uint32_t gateway = 0, watcher = 0;  // clients
  uint32_t link = 0;
  uint16_t credit = 0;   // records that the gateway may send
  uint16_t unacked = 0;  // records that the watcher has, or that are on their way to it
  uint64_t dropped_by_gateway = 0, dropped_here = 0;
  bool stopping = false;      // its watcher wants no more
  bool gateway_done = false;  // nothing more will come from there
  bool call_over = false;     // and no control message will
  std::optional<Reason> reason;

  uint64_t dropped() const { return dropped_by_gateway + dropped_here; }
  bool over() const { return gateway_done && (stopping || call_over); }
  // Credit and what it was given for are never more than kCaptureCredit together.
  bool spend_credit();
  uint16_t renew_credit(uint16_t records);  // returns how many the gateway is to be told of
};

class Captures {
 public:
  // Nothing where the call is being captured already.
  RunningCapture* begin(CallId call, uint32_t gateway, uint32_t watcher, uint32_t link);
  RunningCapture* of_call(CallId call);
  RunningCapture* of_gateway(uint32_t client);
  RunningCapture* of_watcher(uint32_t client);
  bool on_link(uint32_t link) const;
  template <typename Act>
  void for_link(uint32_t link, Act&& act) {
    for (auto& [id, capture] : all_)
      if (capture.link == link) act(capture);
  }

  // Those that are over, and no longer here.
  std::vector<RunningCapture> take_over();
  std::vector<RunningCapture> take_all();
  void erase(uint32_t id) { all_.erase(id); }
  bool empty() const { return all_.empty(); }

 private:
  template <typename Matches>
  RunningCapture* find(Matches&& matches);

  std::map<uint32_t, RunningCapture> all_;
  uint32_t next_ = 1;
};

}  // namespace callgate
