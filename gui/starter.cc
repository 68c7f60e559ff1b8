// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/starter.hh"

#include "gui/backend/setup.hh"
#include "gui/model/translate.hh"

namespace callgate::gui {

Starter::Starter(Programs programs, Listener listener)
    : programs_(std::move(programs)),
      listener_(std::move(listener)),
      units_([this] { listener_.changed(); }) {}

std::unique_ptr<Follow> Starter::follow(const std::string& tunnel, bool by_unit) {
  auto told = [this, tunnel](const Event& event) { listener_.event(tunnel, event); };
  auto ended = [this, tunnel, by_unit](const Process::Output& output) {
    auto why = output.failure.empty() ? output.errors : output.failure;
    (by_unit && !why.empty() ? listener_.unknown : listener_.settled)(tunnel);
    if (!why.empty())
      listener_.unreadable(fill(_("The log of {} cannot be followed: {}"), tunnel, why));
  };
  return std::make_unique<Follow>(programs_, by_unit ? tunnel : "", told, ended);
}

void Starter::start(const Tunnel& tunnel) {
  runs_.erase(tunnel.name);
  stopping_.erase(tunnel.name);
  if (!by_systemd()) return run_pptp(tunnel.name);
  started_[tunnel.name] = std::time(nullptr);
  units_.start(tunnel.unit, [this, tunnel](const Result<std::string>& result) {
    if (!result.value)
      listener_.failed(tunnel.name, result.refusal.sentence);
    else if (*result.value != "done")
      listener_.settled(tunnel.name);
    listener_.changed();
  });
}

void Starter::stop(const Tunnel& tunnel) {
  if (by_systemd()) {
    units_.stop(tunnel.unit, [this, tunnel](const Result<std::string>& result) {
      if (!result.value) listener_.failed(tunnel.name, result.refusal.sentence);
      listener_.changed();
    });
  }
  // The pptp that we have started ends with its run.
  bool ours = runs_.count(tunnel.name) && runs_[tunnel.name].pptp;
  runs_.erase(tunnel.name);
  // A tunnel that was not started by its unit is a process.
  bool by_hand = !ours && !is_elsewhere() && !tunnel.interface.empty();
  // The question of a stop that has begun already stays open.
  if (by_hand && !stopping_.count(tunnel.name)) stop_by_pptpsetup(tunnel.name, false);
  listener_.changed();
}

void Starter::stop_by_pptpsetup(const std::string& tunnel, bool as_root) {
  Words asked{"--stop", tunnel};
  auto words = as_root ? programs_.writing(asked) : programs_.reading(asked);
  stopping_[tunnel] = std::make_unique<Process>(words, [=, this](const Process::Output& output) {
    if (output.status && !as_root) return stop_by_pptpsetup(tunnel, true);
    stopping_.erase(tunnel);
    if (output.status) listener_.failed(tunnel, refusal_of(words, output).sentence);
    listener_.changed();
  });
}

void Starter::watch(const Tunnel& tunnel) {
  if (!by_systemd()) return;
  bool wanted = tunnel.state != TunnelState::off;
  if (!wanted && runs_.erase(tunnel.name)) listener_.cut_off(tunnel.name);
  if (wanted && !runs(tunnel.name)) follow_unit(tunnel);
}

void Starter::forget_others(const std::vector<Tunnel>& listed) {
  auto is_gone = [&listed](const auto& entry) { return !find(listed, entry.first); };
  std::erase_if(runs_, is_gone);
  std::erase_if(started_, is_gone);
}

void Starter::follow_unit(const Tunnel& tunnel) {
  auto& run = runs_[tunnel.name];
  // Without the lines of earlier starts, as far as this start is known.
  auto begin = started_.find(tunnel.name);
  auto since = begin == started_.end() ? std::string("--boot=0")
                                       : "--since=@" + std::to_string(begin->second);
  run.follow = follow(tunnel.name, /*by_unit=*/true);
  run.journal = std::make_unique<Process>(
      Words{programs_.journalctl, "--follow", "--lines=1000", "--output=short", "--quiet",
            "--unit=" + tunnel.unit, since},
      Process::Ended{},
      [this, name = tunnel.name](const std::string& line) { listener_.line(name, line); });
}

void Starter::run_pptp(const std::string& tunnel) {
  auto& run = runs_[tunnel];
  run.follow = follow(tunnel, /*by_unit=*/false);
  // The log is what both standard output and standard error say.
  Words words{"/bin/sh",  "-c",   "exec \"$0\" \"$@\" 2>&1", programs_.pptp, "call", tunnel,
              "updetach", "debug"};
  auto take = [this, tunnel, &run](const std::string& line) {
    listener_.line(tunnel, line);
    run.follow->push(line);
  };
  auto ended = [this, tunnel, &run](const Process::Output& output) {
    run.follow->finish();
    run.pptp.reset();
    if (!output.failure.empty()) listener_.failed(tunnel, output.failure);
    listener_.changed();
  };
  run.pptp = std::make_unique<Process>(words, ended, take);
  run.pptp->close_input();
}

}  // namespace callgate::gui
