// SPDX-License-Identifier: GPL-2.0-or-later
// What the call manager and users may ask of a call that is up: its end, a capture, the statistics.
#pragma once

#include <functional>

#include "gre/call_data.hh"
#include "gre/ends.hh"
#include "gre/gre_socket.hh"
#include "gre/receive_window.hh"

namespace callgate {

class CallService {
 public:
  // `more` adds the numbers that only the gateway knows.
  CallService(CallData& call, GreSocket& socket, Ends& ends, const ReceiveWindow& window,
              std::function<void(Statistics&)> more, TimePoint now);

  // Takes one message of the manager. Returns the reason if the call has ended.
  std::optional<Reason> hear_manager();
  // Does what users and the manager have asked for, and reports what LCP has agreed on.
  void serve(TimePoint now);
  // The call has ended: ends the capture too, and logs what was moved.
  void finish(TimePoint now);

  // Returns advice to log together with the reason of the end. Mostly empty.
  std::string advice(const Reason& end, TimePoint now) const;

 private:
  void hear(const CaptureBegin& begin);
  void hear(const CaptureStop& stop);
  void end_capture();
  void report_link();
  void report_login();
  Statistics statistics(TimePoint now) const;

  CallData& call_;
  GreSocket& socket_;
  Ends& ends_;
  const ReceiveWindow& window_;
  std::function<void(Statistics&)> more_;
  TimePoint up_since_;
};

}  // namespace callgate
