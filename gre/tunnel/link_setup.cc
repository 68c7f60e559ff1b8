// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/link_setup.hh"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "gre/tunnel/report_check.hh"

namespace callgate {

LinkSetup::LinkSetup(const TunnelOptions& options) : options_(options), janitor_(options) {}

void LinkSetup::remember() {
  standing_.scripts.clear();
  for (const auto* queue : {&ip_, &ipv6_, &auth_})
    if (queue->running()) standing_.scripts.push_back(static_cast<uint32_t>(queue->running()));
  janitor_.tell(standing_);
}

void LinkSetup::begin(const std::string& interface) {
  standing_ = {.interface = interface, .process = static_cast<uint32_t>(getpid())};
  was_up_ = false;
  auto pid = fmt::format("{}\n", getpid());
  auto by_interface = fmt::format("/run/{}.pid", interface);
  auto by_name = fmt::format("/run/ppp-{}.pid", options_.linkname);
  standing_.files = {by_interface};
  if (!options_.linkname.empty()) standing_.files.push_back(by_name);
  remember();
  write_file(by_interface, pid);
  if (!options_.linkname.empty()) write_file(by_name, fmt::format("{}{}\n", pid, interface));
  log::notice("Using interface {}", interface);
  log::notice("Connect: {} <--> {}", interface, options_.server_name);
}

std::optional<std::string> LinkSetup::apply(const LinkReport& report) try {
  if (auto wrong = trouble(report)) return wrong;
  standing_.sent = std::max(standing_.sent, report.sent);
  standing_.received = std::max(standing_.received, report.received);
  switch (report.kind) {
    case LinkReport::Kind::authenticated: authenticated(); break;
    case LinkReport::Kind::ipv4_up: ipv4_up(cleaned(report, options_.link.mtu)); break;
    case LinkReport::Kind::ipv4_down: ipv4_down(); break;
    case LinkReport::Kind::ipv6_up: ipv6_up(cleaned(report, options_.link.mtu)); break;
    case LinkReport::Kind::ipv6_down: ipv6_down(); break;
    case LinkReport::Kind::ended: break;
  }
  return std::nullopt;
} catch (const OsError& failure) {
  // The gateway may have ended right after its report, and the interface with it.
  if (Interface(standing_.interface).index() == 0) return std::nullopt;
  return failure.what();
}

void LinkSetup::run(ScriptQueue& queue, Hook hook) {
  remember();  // that the script of the other direction has to run
  queue.run(script_of(hook, options_, standing_));
  remember();  // that this one runs
}

void LinkSetup::start_clock() {
  if (!was_up_) standing_.since = monotonic_seconds();
  was_up_ = true;
}

void LinkSetup::authenticated() {
  if (standing_.authenticated) return;
  standing_.authenticated = true;
  run(auth_, Hook::auth_up);
}

void LinkSetup::ipv4_up(const LinkReport& report) {
  if (standing_.ipv4) ipv4_down();
  start_clock();
  standing_.ipv4_report = report;
  Interface interface(standing_.interface);
  interface.add_ipv4(report.local, report.remote, options_.peer_route);
  wait_for(start_script(script_of(Hook::ip_pre_up, options_, standing_)),
           std::chrono::minutes(5));  // a script that hangs must not keep the tunnel for ever
  interface.set_up(report.mtu);
  if (options_.default_route) default_route(false);
  standing_.ipv4 = true;
  if (options_.link.dns) standing_.resolv_conf = resolv_conf_for(report);
  remember();
  if (!standing_.resolv_conf.empty()) write_file(kResolvConf, standing_.resolv_conf);
  run(ip_, Hook::ip_up);
}

void LinkSetup::ipv4_down() {
  if (!standing_.ipv4) return;
  Interface interface(standing_.interface);
  if (interface.index()) {
    interface.remove_default_route(false, options_.default_route_metric);
    interface.remove_ipv4();
  }
  restore_routes(standing_);
  run(ip_, Hook::ip_down);
  remove_resolv_conf(standing_);
  standing_.ipv4 = false;
  remember();
}

void LinkSetup::ipv6_up(const LinkReport& report) {
  if (standing_.ipv6) ipv6_down();
  start_clock();
  standing_.ipv6_report = report;
  Interface interface(standing_.interface);
  interface.set_up(report.mtu);
  interface.add_ipv6(report.local_interface);
  if (options_.default_route6) default_route(true);
  standing_.ipv6 = true;
  run(ipv6_, Hook::ipv6_up);
}

void LinkSetup::ipv6_down() {
  if (!standing_.ipv6) return;
  Interface interface(standing_.interface);
  if (interface.index()) {
    interface.remove_default_route(true, options_.default_route_metric);
    interface.remove_ipv6();
  }
  run(ipv6_, Hook::ipv6_down);
  standing_.ipv6 = false;
  remember();
}

// pppd's defaultroute gives way to any default route, or with defaultroute-metric to one of that
// metric. replacedefaultroute takes the place of one of its own metric. A default route of a higher
// metric loses anyway, and stays.
void LinkSetup::default_route(bool ipv6) {
  Interface interface(standing_.interface);
  auto metric = options_.default_route_metric;
  bool replace = options_.replace_default_route && !ipv6;
  for (const auto& route : default_routes(ipv6, interface.index())) {
    if (!replace && (metric == 0 || route.metric == metric)) {
      log::error("not replacing existing default route {}", route.way);
      return;
    }
    if (!replace || route.metric != metric) continue;
    log::notice("replacing old default route {}", route.way);
    standing_.replaced.push_back(route.saved);
    remember();  // before it is done
    if (int error = remove_route(route.saved))
      throw OsError(error, fmt::format("remove the default route {}", route.way));
  }
  interface.add_default_route(ipv6, metric);
}

void LinkSetup::end() {
  ipv4_down();
  ipv6_down();
  restore_routes(standing_);  // what a link that did not quite come up has left
  remove_resolv_conf(standing_);
  if (standing_.authenticated) run(auth_, Hook::auth_down);
  standing_.authenticated = false;
  if (was_up_) {
    auto seconds = monotonic_seconds() - standing_.since;
    auto tenths = (seconds + 5) / 6;
    log::notice("Connect time {}.{} minutes.", tenths / 10, tenths % 10);
    log::notice("Sent {} bytes, received {} bytes.", standing_.sent, standing_.received);
  }
  remove_files(standing_);
  remember();
}

bool LinkSetup::reaped(pid_t pid, int status) {
  bool ours = ip_.reaped(pid, status) || ipv6_.reaped(pid, status) || auth_.reaped(pid, status);
  if (ours) remember();
  return ours || janitor_.reaped(pid);
}

bool LinkSetup::scripts_run() const {
  return ip_.running() || ipv6_.running() || auth_.running();
}

}  // namespace callgate
