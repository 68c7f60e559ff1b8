// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/dial.hh"

#include <unistd.h>

#include "common/channel/call_report.hh"
#include "common/system/log.hh"
#include "gre/pptp/become_gateway.hh"
#include "gre/pptp/exec.hh"
#include "gre/pptp/reach_manager.hh"
#include "gre/pptp/resolve.hh"

namespace callgate {
namespace {

std::optional<Reason> take(PptpOptions& options, Resolved resolved) {
  if (auto* reason = std::get_if<Reason>(&resolved)) return *reason;
  options.call.servers = std::move(std::get<std::vector<IpAddress>>(resolved));
  options.call.network_namespace = network_namespace();
  return std::nullopt;
}

}  // namespace

int fail(const Reason& reason) {
  report::ended(reason);
  log::write(log::Level::error, line(reason), {{"CAUSE", std::string(name(reason.cause))}});
  return static_cast<int>(exit_status(reason.cause));
}

std::optional<Reason> look_up(PptpOptions& options) {
  return take(options, resolve(options.call.server_name, options.call.local_bind.family));
}

// pptp must not wait for a name server longer than pppd, or the tunnel process, lives.
std::optional<Reason> look_up(PptpOptions& options, int alive) {
  const auto& name = options.call.server_name;
  auto resolved = resolve_while_open(alive, name, options.call.local_bind.family);
  if (!resolved) hung_up(options, "looked up");
  return take(options, std::move(*resolved));
}

void hung_up(const PptpOptions& options, const char* meanwhile) {
  log::notice(
      "hung up: {} while {} was {}",
      options.gateway.link ? "the tunnel process has ended" : "pppd has closed its end of the pty",
      printable(options.call.server_name), meanwhile);
  _exit(static_cast<int>(ExitStatus::hung_up_locally));
}

int dial(const PptpOptions& options) {
  auto reached = reach_manager(manager_place());
  if (auto* reason = std::get_if<Reason>(&reached)) return fail(*reason);
  auto& channel = std::get<Channel>(reached);
  block_signals();
  if (!channel.send(options.call)) return fail({.cause = Cause::manager_died});
  return fail(become_gateway(options, std::move(channel)));
}

}  // namespace callgate
