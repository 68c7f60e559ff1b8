// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl capture: brings a call's gateway, its control connection and who watches together. What a
// capture is and when it is over is in captures.hh.
#pragma once

#include "callmgr/manager/calls.hh"
#include "callmgr/manager/captures.hh"

namespace callgate {

class CaptureRelay : public Calls::Observer {
 public:
  CaptureRelay(Clients& clients, Calls& calls, std::function<void()> sweep_soon)
      : clients_(clients), calls_(calls), sweep_soon_(std::move(sweep_soon)) {}

  // Returns why there is no capture.
  std::optional<Reason> begin(Client& client, CallId call);
  void renew_credit(const Client& client, uint16_t records);
  void stop(const Client& client);
  // From gateways. False: nobody has asked for it any more.
  bool answered(const Client& gateway, const Captured& captured);
  bool answered(const Client& gateway, const CaptureEnded& ended);
  bool watches(const Client& client) { return captures_.of_watcher(client.number()); }

  void forget(uint32_t client);  // a gateway or a watcher that has gone
  void sweep();                  // ends those that are over
  void end_all();                // this manager ends, and the next one knows nothing of them

 private:
  void call_up(uint32_t client) override;
  void call_ends(CallId call, const Reason& reason) override;
  void call_released(CallId call) override;
  void link_closed(uint32_t link) override;
  void control_passed(ControlLink& link, Passage passage, ByteSpan message) override;
  void forget(const RunningCapture& capture);

  Clients& clients_;
  Calls& calls_;
  std::function<void()> sweep_soon_;
  Captures captures_;
};

}  // namespace callgate
