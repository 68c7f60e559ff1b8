// SPDX-License-Identifier: GPL-2.0-or-later
// What may stop the GRE packets of a call: other calls to the same server, NAT, and this host's own
// connection tracking.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "callmgr/diagnose/live/address_scope.hh"
#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/child.hh"
#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/manager_calls.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "callmgr/diagnose/live/probes/gre_outcome.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kManagerWithin{2'000};

bool in_file(const char* path, std::string_view what) {
  return read_file(path).text.find(what) != std::string::npos;
}

}  // namespace

// A server or a NAT router may accept only one tunnel from each address (S26b).
Result probe_tunnels(Case& the_case) {
  auto calls = calls_of_manager(the_case.within(kManagerWithin));
  if (!calls) return pass("no call manager runs, so there is no other tunnel of this host's own");
  std::string others;
  for (const auto& call : *calls)
    if (call.server == the_case.best_address() && call.info.name != kLogName)
      others += fmt::format("{}call {} of user {} ({})", others.empty() ? "" : ", ",
                            value(call.info.call_id), call.info.uid, call.info.state);
  if (others.empty()) return pass("this host has no other tunnel to this server");
  auto seen = fmt::format("this host has a tunnel to the same server already: {}", others);
  if (!blocked(the_case.gre)) return pass(seen);
  return failure("second-tunnel", seen);
}

Result probe_nat(Case& the_case) {
  const auto &local = the_case.local, &server = the_case.address;
  the_case.nat = is_private(local) && !is_private(server);
  if (!the_case.nat)
    return pass(fmt::format("no sign of NAT between {} and {}", local.text(), server.text()));
  auto seen = fmt::format("there is NAT on the way: {} is a private address, and {} is not",
                          local.text(), server.text());
  if (!blocked(the_case.gre)) return pass(seen);
  return failure("nat-without-helper", seen);
}

// This host's own helper is needed by machines that dial through this host, and by a packet filter
// that accepts only packets of known connections.
Result probe_helper(Case& the_case) {
  bool loaded = access("/sys/module/nf_conntrack_pptp", F_OK) == 0 ||
                in_file("/proc/modules", "nf_conntrack_pptp");
  bool assigned = the_case.filter_before && the_case.filter_before->in.helper;
  bool forwards = read_file("/proc/sys/net/ipv4/ip_forward").text.starts_with('1');
  auto state = assigned ? "assigned to connections"
               : loaded ? "loaded, but assigned to no connection"
                        : "not loaded";
  if (!forwards)
    return pass(
        fmt::format("the connection tracking helper is {}; this host forwards for nobody", state));
  if (assigned)
    return pass(
        "the connection tracking helper is assigned to connections, for those that dial through "
        "this host");
  return pass(fmt::format(
      "the connection tracking helper is {}: who dials through this host by NAT needs it", state));
}

}  // namespace callgate::diagnose::live
