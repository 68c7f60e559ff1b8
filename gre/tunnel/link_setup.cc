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
namespace {

// What pppd's demand makes up for addresses that no option gives: these and the unit.
constexpr uint32_t kMadeUpLocal = 0x0a404040, kMadeUpRemote = 0x0a707070;

}  // namespace

LinkSetup::LinkSetup(const TunnelOptions& options) : options_(options), janitor_(options) {}

void LinkSetup::remember() {
  standing_.scripts.clear();
  for (const auto* queue : {&ip_, &ipv6_, &auth_})
    if (queue->running()) standing_.scripts.push_back(static_cast<uint32_t>(queue->running()));
  janitor_.tell(standing_);
}

void LinkSetup::begin(const TunDevice& tun) {
  const auto& interface = tun.name;
  interface_ = Interface(interface);
  standing_ = {.interface = interface, .process = static_cast<uint32_t>(getpid())};
  auto pid = fmt::format("{}\n", getpid());
  auto by_interface = fmt::format("/run/{}.pid", interface);
  auto by_name = fmt::format("/run/ppp-{}.pid", options_.linkname);
  standing_.files = {by_interface};
  if (!options_.linkname.empty()) standing_.files.push_back(by_name);
  remember();
  write_file(by_interface, pid);
  if (!options_.linkname.empty()) write_file(by_name, fmt::format("{}{}\n", pid, interface));
  log::notice("Using interface {}", interface);
  if (options_.demand) wait_for_traffic(tun.unit);
}

void LinkSetup::wait_for_traffic(int unit) try {
  const auto& link = options_.link;
  auto number = static_cast<uint32_t>(unit);
  first_remote_ = link.remote ? link.remote : kMadeUpRemote + number;
  LinkReport report{.kind = LinkReport::Kind::ipv4_up,
                    .local = link.local ? link.local : kMadeUpLocal + number,
                    .remote = first_remote_,
                    .mtu = link.mtu};
  configure(report);
  log::notice("local  IP address {}", ipv4_text(report.local));
  log::notice("remote IP address {}", ipv4_text(report.remote));
} catch (const OsError&) {
  end();
  throw;
}

void LinkSetup::dial() {
  was_up_ = false;
  standing_.sent = standing_.received = 0;
  log::notice("Connect: {} <--> {}", standing_.interface, options_.server_name);
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
    case LinkReport::Kind::mtu: set_mtu(report.mtu); break;
    case LinkReport::Kind::ended: break;
  }
  return std::nullopt;
} catch (const OsError& failure) {
  // The gateway may have ended right after its report, and the interface with it.
  if (!interface_.exists()) return std::nullopt;
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

// Without a route, the peer may have the public address of the server, and GRE packets still leave.
// With demand, the user expects that a packet to the peer dials. An address that the server has
// chosen itself gets no route.
bool LinkSetup::has_route_to_peer(const LinkReport& report) const {
  return options_.demand && report.remote == first_remote_ && report.remote != report.server &&
         ipv4_text(report.remote) != options_.server_name;
}

void LinkSetup::configure(const LinkReport& report) {
  standing_.ipv4_report = report;
  interface_.set_ipv4(report.local, report.remote, has_route_to_peer(report));
  wait_for(start_script(script_of(Hook::ip_pre_up, options_, standing_)),
           std::chrono::minutes(5));  // a script that hangs must not keep the tunnel for ever
  interface_.set_up(report.mtu);
  if (options_.default_route) default_route(false);
}

// With demand, the interface has had addresses and routes since the beginning.
void LinkSetup::adopt(LinkReport report) {
  const auto before = standing_.ipv4_report;
  if (report.remote == 0) report.remote = before.remote;
  if (report.local != before.local)
    log::warning("Local IP address changed to {}", ipv4_text(report.local));
  if (report.remote != before.remote)
    log::warning("Remote IP address changed to {}", ipv4_text(report.remote));
  standing_.old_local = report.local != before.local ? before.local : 0;
  standing_.old_remote = report.remote != before.remote ? before.remote : 0;
  standing_.ipv4_report = report;
  interface_.set_ipv4(report.local, report.remote, has_route_to_peer(report));
  interface_.set_up(report.mtu);
}

void LinkSetup::ipv4_up(const LinkReport& report) {
  if (standing_.ipv4) ipv4_down();
  start_clock();
  if (options_.demand)
    adopt(report);
  else
    configure(report);
  standing_.ipv4 = true;
  if (options_.link.dns && options_.resolv_conf) standing_.resolv_conf = resolv_conf_for(report);
  remember();
  if (!standing_.resolv_conf.empty()) write_file(kResolvConf, standing_.resolv_conf);
  run(ip_, Hook::ip_up);
}

void LinkSetup::ipv4_down() {
  if (!standing_.ipv4) return;
  if (interface_.exists() && !options_.demand) {
    interface_.remove_default_route(false, options_.default_route_metric);
    interface_.remove_ipv4();
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
  interface_.set_up(report.mtu);
  interface_.add_ipv6(report.local_interface);
  if (options_.default_route6) default_route(true);
  standing_.ipv6 = true;
  run(ipv6_, Hook::ipv6_up);
}

// The path has become narrower or wider.
void LinkSetup::set_mtu(uint16_t mtu) {
  if (!is_up()) return;
  auto kind = standing_.ipv6 ? LinkReport::Kind::ipv6_up : LinkReport::Kind::ipv4_up;
  interface_.set_up(cleaned({.kind = kind, .mtu = mtu}, options_.link.mtu).mtu);
}

void LinkSetup::ipv6_down() {
  if (!standing_.ipv6) return;
  if (interface_.exists()) {
    interface_.remove_default_route(true, options_.default_route_metric);
    interface_.remove_ipv6();
  }
  run(ipv6_, Hook::ipv6_down);
  standing_.ipv6 = false;
  remember();
}

// pppd's defaultroute gives way to any default route, or with defaultroute-metric to one of that
// metric. replacedefaultroute takes the place of one of its own metric. A default route of a higher
// metric loses anyway, and stays.
void LinkSetup::default_route(bool ipv6) {
  auto metric = options_.default_route_metric;
  bool replace = options_.replace_default_route && !ipv6;
  for (const auto& route : default_routes(ipv6, interface_.index())) {
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
  interface_.add_default_route(ipv6, metric);
}

void LinkSetup::hang_up() {
  ipv4_down();
  ipv6_down();
  remove_resolv_conf(standing_);
  if (standing_.authenticated) run(auth_, Hook::auth_down);
  standing_.authenticated = false;
  if (was_up_) {
    auto seconds = monotonic_seconds() - standing_.since;
    auto tenths = (seconds + 5) / 6;
    log::notice("Connect time {}.{} minutes.", tenths / 10, tenths % 10);
    log::notice("Sent {} bytes, received {} bytes.", standing_.sent, standing_.received);
  }
  remember();
}

void LinkSetup::end() {
  restore_routes(standing_);  // what a link that did not quite come up has left
  remove_files(standing_);
  remember();
}

bool LinkSetup::reaped(pid_t pid, int status) {
  bool ours = ip_.reaped(pid, status) || ipv6_.reaped(pid, status) || auth_.reaped(pid, status);
  if (ours) remember();
  return ours || janitor_.reaped(pid);
}

bool LinkSetup::scripts_run() const {
  return ip_scripts_run() || auth_.running();
}

}  // namespace callgate
