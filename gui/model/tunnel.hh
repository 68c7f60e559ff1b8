// SPDX-License-Identifier: GPL-2.0-or-later
// A tunnel as pptpsetup --list --state --json describes it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::gui {

enum class TunnelState { off, connecting, connected, failed };

struct Tunnel {
  std::string name, server, user;
  bool encrypt = false;
  std::vector<std::string> routes;
  TunnelState state = TunnelState::off;
  std::string interface, address, peer;
  std::string since;     // UTC, as 2026-11-27T12:03:04Z; empty if the tunnel is not up
  std::string unit;      // of systemd
  std::string failure;   // of the last start; empty if there is none
  bool enabled = false;  // starts with the machine

  bool operator==(const Tunnel&) const = default;
};

// Returns nullopt if the text is not such a list.
std::optional<std::vector<Tunnel>> parse_tunnels(std::string_view json);

// The shape that marks a state, so that nobody needs to tell colours apart, and its word.
const char* mark(TunnelState state);
std::string word(TunnelState state);

// "2 h 03 min" since that time; empty if `since` is.
std::string age(const std::string& since, long now);

// What the list shows below the tunnel's name.
std::string summary(const Tunnel& tunnel, long now);

// Returns the tunnel with this name, or nullptr.
const Tunnel* find(const std::vector<Tunnel>& tunnels, const std::string& name);

// "1.2 MiB"
std::string size_text(double bytes);

}  // namespace callgate::gui
