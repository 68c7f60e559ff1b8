// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/tunnel.hh"

#include <algorithm>
#include <array>
#include <ctime>

#include "gui/model/json.hh"
#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

TunnelState parse_state(const std::string& name) {
  if (name == "up") return TunnelState::connected;
  if (name == "dialling" || name == "waiting") return TunnelState::connecting;
  return name == "failed" ? TunnelState::failed : TunnelState::off;
}

Tunnel parse_tunnel(const Json& object) {
  Tunnel tunnel;
  tunnel.name = text(object, "tunnel");
  tunnel.server = text(object, "server");
  tunnel.user = text(object, "user");
  tunnel.encrypt = flag(object, "encrypt");
  tunnel.routes = texts(object, "routes");
  tunnel.state = parse_state(text(object, "state"));
  tunnel.interface = text(object, "running_interface");
  tunnel.address = text(object, "address");
  tunnel.peer = text(object, "peer");
  tunnel.since = text(object, "since");
  tunnel.unit = text(object, "unit");
  tunnel.failure = text(object, "failure");
  tunnel.enabled = flag(object, "enabled");
  return tunnel;
}

}  // namespace

std::optional<std::vector<Tunnel>> parse_tunnels(std::string_view json) {
  auto list = parse_json(json);
  if (!list.is_array()) return std::nullopt;
  std::vector<Tunnel> tunnels;
  for (const auto& entry : list)
    if (!text(entry, "tunnel").empty()) tunnels.push_back(parse_tunnel(entry));
  return tunnels;
}

const char* mark(TunnelState state) {
  switch (state) {
    case TunnelState::off: return "( )";
    case TunnelState::connecting: return "(~)";
    case TunnelState::connected: return "(o)";
    case TunnelState::failed: return "(!)";
  }
  return "";
}

std::string word(TunnelState state) {
  switch (state) {
    case TunnelState::off: return _("Off");
    case TunnelState::connecting: return _("Connecting");
    case TunnelState::connected: return _("Connected");
    case TunnelState::failed: return _("Failed");
  }
  return "";
}

std::string age(const std::string& since, long now) {
  std::tm time{};
  if (!strptime(since.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time)) return "";
  long seconds = std::max(0L, now - timegm(&time));
  if (seconds < 60) return fill(_("{} s"), seconds);
  if (seconds < 3600) return fill(_("{} min"), seconds / 60);
  return fill(_("{} h {:02} min"), seconds / 3600, seconds / 60 % 60);
}

std::string summary(const Tunnel& tunnel, long now) {
  auto state = word(tunnel.state);
  if (tunnel.state == TunnelState::failed && !tunnel.failure.empty())
    return fill(_("{}: {}"), state, tunnel.failure);
  auto time = age(tunnel.since, now);
  if (tunnel.state == TunnelState::connected && !time.empty())
    return fill(_("{}, {}"), state, time);
  return state;
}

const Tunnel* find(const std::vector<Tunnel>& tunnels, const std::string& name) {
  auto found = std::find_if(tunnels.begin(), tunnels.end(),
                            [&](const Tunnel& tunnel) { return tunnel.name == name; });
  return found == tunnels.end() ? nullptr : &*found;
}

std::string size_text(double bytes) {
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) bytes /= 1024, ++unit;
  return fmt::format("{:.{}f} {}", bytes, unit ? 1 : 0, kUnits[unit]);
}

}  // namespace callgate::gui
