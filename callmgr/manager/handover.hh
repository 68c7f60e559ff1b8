// SPDX-License-Identifier: GPL-2.0-or-later
// How one call manager leaves everything to the next: what each component knows goes into an image,
// and is put back from one. See handover_image.hh.
#pragma once

#include "callmgr/manager/calls.hh"
#include "callmgr/manager/handover_image.hh"
#include "callmgr/manager/log_levels.hh"

namespace callgate {

class Handover {
 public:
  Handover(Clients& clients, Calls& calls, LogLevels& levels, RefusedLogins& logins,
           Duration idle_exit)
      : clients_(clients), calls_(calls), levels_(levels), logins_(logins), idle_exit_(idle_exit) {}

  // What the next manager gets, without the client `except`. Nothing may change between records()
  // and their departure.
  handover::Records records(uint32_t except = 0) const;
  std::vector<int> descriptors(uint32_t except = 0) const;

  // Puts everything in its place, without a word to anybody: the other manager may still go on.
  void restore(handover::Estate estate);
  void begin();  // goes on with what was restored

 private:
  void put(const Client& client, handover::Records& records) const;
  void take(const handover::Head& head);
  void take(handover::LinkState left);
  void take(const handover::CallState& state);
  void take(const handover::Unsent& unsent);
  void take(const handover::ClientState& state);
  void take(const handover::Queued& queued);
  void take(const handover::LogLevel& level);
  void take(const handover::RefusedLogin& refused);

  Clients& clients_;
  Calls& calls_;
  LogLevels& levels_;
  RefusedLogins& logins_;
  Duration idle_exit_;
  handover::Descriptors inherited_;
};

}  // namespace callgate
