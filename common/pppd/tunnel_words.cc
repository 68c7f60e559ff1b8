// SPDX-License-Identifier: GPL-2.0-or-later
// The words about the interface, its routes, the redialling, the log and the scripts.
#include "common/pppd/set_field.hh"

namespace callgate {
namespace {

using State = EngineState;
using Text = const std::string&;
using Tunnel = TunnelOptions;
using Detach = TunnelOptions::Detach;

constexpr size_t kInterfaceName = 15;  // the kernel's IFNAMSIZ, without the 0 at its end

EngineWord::Set default_route(bool Tunnel::*route, bool State::*off, const char* disabled_by) {
  return [=](State& state, Text) -> std::string {
    if (state.*off) return std::string("is disabled by ") + disabled_by;
    state.tunnel.*route = true;
    return "";
  };
}

std::string unit(State& state, Text value) {
  std::string wrong;
  if (auto found = number_between(value, 0, INT_MAX, wrong))
    state.tunnel.unit = static_cast<int>(*found);
  return wrong;
}

// -1 is pppd's default, which is the kernel's.
std::string metric(State& state, Text value) {
  std::string wrong;
  if (auto found = number_between(value, -1, INT_MAX, wrong))
    state.tunnel.default_route_metric = *found < 0 ? 0 : static_cast<uint32_t>(*found);
  return wrong;
}

std::string interface_name(State& state, Text value) {
  if (value.empty() || value.size() > kInterfaceName ||
      value.find_first_of("/: \t\n%") != value.npos || value == "." || value == "..")
    return "takes the name of an interface, of at most 15 characters";
  state.tunnel.ifname = value;
  return "";
}

// The name becomes a part of /run/ppp-NAME.pid.
std::string link_name(State& state, Text value) {
  if (value.empty() || value.find('/') != value.npos)
    return "takes a name without a slash, because it becomes the name of a file";
  state.tunnel.linkname = value;
  return "";
}

void unset(State& state, const std::string& name) {
  std::erase_if(state.tunnel.environment, [&](auto& variable) { return variable.first == name; });
}

std::string set_variable(State& state, Text value) {
  auto equals = value.find('=');
  if (equals == 0 || equals == value.npos) return "takes NAME=VALUE";
  unset(state, value.substr(0, equals));
  state.tunnel.environment.emplace_back(value.substr(0, equals), value.substr(equals + 1));
  return "";
}

std::string unset_variable(State& state, Text value) {
  unset(state, value);
  return "";
}

std::string log_file(State& state, Text value) {
  state.tunnel.logfd = -1;
  return set_text(&Tunnel::logfile, 1)(state, value);
}

std::string log_descriptor(State& state, Text value) {
  state.tunnel.logfile.clear();
  return set_number(&Tunnel::logfd, 0, 1023)(state, value);
}

// Without a file and a descriptor, the log would be copied to standard output.
std::string no_log(State& state, Text) {
  state.tunnel.logfile = "/dev/null";
  state.tunnel.logfd = -1;
  return "";
}

std::vector<EngineWord> interface_words() {
  return {
      {"unit", "NUMBER", "name the interface pppNUMBER", {}, unit},
      {"ifname", "NAME", "name the interface NAME", {}, interface_name},
      {"defaultroute",
       "",
       "set a default route through the tunnel if there is none",
       {},
       default_route(&Tunnel::default_route, &State::default_route_off, "nodefaultroute")},
      {"nodefaultroute -defaultroute",
       "",
       "set no default route, and allow none",
       {},
       both(set_flag(&Tunnel::default_route, false), set_flag(&State::default_route_off, true))},
      {"replacedefaultroute",
       "",
       "replace the default route that there is",
       {},
       set_flag(&Tunnel::replace_default_route, true)},
      {"noreplacedefaultroute",
       "",
       "keep the default route that there is",
       {},
       set_flag(&Tunnel::replace_default_route, false)},
      {"defaultroute-metric", "NUMBER", "the metric of the default route", {}, metric},
      {"defaultroute6",
       "",
       "set a default route for IPv6 through the tunnel",
       {},
       default_route(&Tunnel::default_route6, &State::default_route6_off, "nodefaultroute6")},
      {"nodefaultroute6 -defaultroute6",
       "",
       "set no default route for IPv6, and allow none",
       {},
       both(set_flag(&Tunnel::default_route6, false), set_flag(&State::default_route6_off, true))},
  };
}

std::vector<EngineWord> process_words() {
  return {
      {"call", "NAME", "read /etc/ppp/peers/NAME", {}, set_text(&Tunnel::call_file, 1)},
      {"file", "FILE", "read FILE", {}, [](State&, Text) { return std::string(); }},
      {"pty",
       "COMMAND",
       "must start pptp, whose server and options are then used",
       {},
       set_text(&State::pty)},
      {"persist",
       "",
       "dial again after the tunnel has gone down",
       {},
       set_flag(&Tunnel::persist, true)},
      {"demand",
       "",
       "dial when there is a packet for the tunnel; also the same as persist",
       {},
       both(set_flag(&Tunnel::demand, true), set_flag(&Tunnel::persist, true))},
      {"nopersist", "", "do not dial again", {}, set_flag(&Tunnel::persist, false)},
      {"maxfail",
       "COUNT",
       "give up after this many failures in a row; 0 for never",
       {},
       set_number(&Tunnel::maxfail)},
      {"holdoff",
       "SECONDS",
       "wait this long before the next attempt",
       {},
       set_number(&Tunnel::holdoff)},
      {"idle",
       "SECONDS",
       "hang up after this time without a packet",
       {},
       set_number(&Tunnel::idle)},
      {"maxconnect", "SECONDS", "hang up after this time", {}, set_number(&Tunnel::maxconnect)},
      {"nodetach -detach",
       "",
       "stay in the foreground",
       {},
       set_flag(&Tunnel::detach, Detach::never)},
      {"updetach",
       "",
       "go into the background when the tunnel is up and ip-up has ended",
       {},
       set_flag(&Tunnel::detach, Detach::when_up)},
      {"up_sdnotify",
       "",
       "tell systemd when the tunnel is up and ip-up has ended, and stay in the foreground",
       {},
       both(set_flag(&Tunnel::notify_systemd, true), set_flag(&Tunnel::detach, Detach::never))},
      {"logfile", "FILE", "also write the log to FILE", {}, log_file},
      {"logfd", "FD", "also write the log to this descriptor", {}, log_descriptor},
      {"nolog nologfd", "", "write the log to syslog alone", {}, no_log},
      {"dump", "", "log the options that are used", {}, set_flag(&State::dump, true)},
      {"dryrun show-options",
       "",
       "read and check the options, log them, and exit",
       {},
       set_flag(&State::dry_run, true)},
  };
}

std::vector<EngineWord> script_words() {
  return {
      {"noresolvconf",
       "",
       "do not write /etc/ppp/resolv.conf; the scripts still get the name servers",
       {},
       set_flag(&Tunnel::resolv_conf, false)},
      {"linkname", "NAME", "write the process id to /run/ppp-NAME.pid", {}, link_name},
      {"ipparam", "TEXT", "give TEXT to the scripts", {}, set_text(&Tunnel::ipparam)},
      {"set", "NAME=VALUE", "give this variable to the scripts", {}, set_variable},
      {"unset", "NAME", "do not give this variable to the scripts", {}, unset_variable},
      {"ip-pre-up-script",
       "FILE",
       "run FILE instead of /etc/ppp/ip-pre-up",
       {},
       set_text(&Tunnel::ip_pre_up, 1)},
      {"ip-up-script",
       "FILE",
       "run FILE instead of /etc/ppp/ip-up",
       {},
       set_text(&Tunnel::ip_up, 1)},
      {"ip-down-script",
       "FILE",
       "run FILE instead of /etc/ppp/ip-down",
       {},
       set_text(&Tunnel::ip_down, 1)},
      {"ipv6-up-script",
       "FILE",
       "run FILE instead of /etc/ppp/ipv6-up",
       {},
       set_text(&Tunnel::ipv6_up, 1)},
      {"ipv6-down-script",
       "FILE",
       "run FILE instead of /etc/ppp/ipv6-down",
       {},
       set_text(&Tunnel::ipv6_down, 1)},
  };
}

}  // namespace

std::vector<EngineWord> tunnel_words() {
  std::vector<EngineWord> all;
  for (auto part : {interface_words, process_words, script_words})
    for (auto& word : part()) all.push_back(std::move(word));
  return all;
}

}  // namespace callgate
