// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/known_tunnels.hh"

namespace callgate::gui {

Progress KnownTunnels::fresh(const std::string& name) const {
  const auto* tunnel = find(listed_, name);
  return tunnel ? Progress(tunnel->encrypt, !tunnel->routes.empty()) : Progress();
}

void KnownTunnels::take(std::vector<Tunnel> listed) {
  listed_ = std::move(listed);
  auto is_gone = [this](const auto& entry) { return !find(listed_, entry.first); };
  std::erase_if(progress_, is_gone);
  std::erase_if(logs_, is_gone);
  std::erase_if(stopping_, [this](const auto& name) {
    const auto* tunnel = find(listed_, name);
    return !tunnel || tunnel->state == TunnelState::off || tunnel->state == TunnelState::failed;
  });
}

void KnownTunnels::begin(const std::string& tunnel) {
  progress_[tunnel] = fresh(tunnel);
  stopping_.erase(tunnel);
  progress_[tunnel].begin();
  logs_[tunnel].clear();
}

void KnownTunnels::stop(const std::string& tunnel) {
  end(tunnel);
  stopping_.insert(tunnel);
}

void KnownTunnels::end(const std::string& tunnel) {
  stopping_.erase(tunnel);
  progress_[tunnel] = fresh(tunnel);
}

void KnownTunnels::cut_off(const std::string& tunnel) {
  if (progress(tunnel).state() == TunnelState::connecting) end(tunnel);
}

bool KnownTunnels::add(const std::string& tunnel, const Event& event) {
  auto& progress = progress_.try_emplace(tunnel, fresh(tunnel)).first->second;
  auto before = progress.state();
  progress.add(event);
  return progress.state() != before;
}

void KnownTunnels::add_line(const std::string& tunnel, const std::string& line) {
  auto& log = logs_[tunnel];
  if (log.size() >= kLogLines) log.pop_front();
  log.push_back(line);
}

const Progress& KnownTunnels::progress(const std::string& tunnel) const {
  return progress_.try_emplace(tunnel, fresh(tunnel)).first->second;
}

const std::deque<std::string>& KnownTunnels::log(const std::string& tunnel) const {
  static const std::deque<std::string> kNone;
  auto found = logs_.find(tunnel);
  return found == logs_.end() ? kNone : found->second;
}

std::vector<Tunnel> KnownTunnels::shown() const {
  std::vector<Tunnel> shown;
  for (const auto& tunnel : listed_) shown.push_back(with_progress(tunnel));
  return shown;
}

Tunnel KnownTunnels::with_progress(Tunnel tunnel) const {
  auto found = progress_.find(tunnel.name);
  if (found == progress_.end()) return tunnel;
  const auto& progress = found->second;
  bool begins_or_failed =
      tunnel.state == TunnelState::off && progress.state() != TunnelState::connected;
  if (only_log_ || begins_or_failed) tunnel.state = progress.state();
  if (only_log_ && tunnel.state == TunnelState::connected) {
    tunnel.interface = progress.interface();
    tunnel.address = progress.local();
    tunnel.peer = progress.remote();
  }
  if (!progress.findings().empty()) tunnel.failure = progress.findings().front().title;
  return tunnel;
}

}  // namespace callgate::gui
