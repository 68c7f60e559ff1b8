// SPDX-License-Identifier: GPL-2.0-or-later
// The subcommands of pptpctl, in the order in which the usage text shows them. See pptpctl(1).
#include <fmt/format.h>

#include <cstdio>

#include "callmgr/pptpctl/pptpctl.hh"
#include "config.hh"

namespace callgate {
namespace {

int version(const Arguments&) {
  fmt::print("pptpctl version {}\n", CALLGATE_VERSION);
  return 0;
}

int help(const Arguments&) {
  fmt::print("Usage: pptpctl [SUBCOMMAND]\n");
  for (const auto& command : subcommands())
    fmt::print("  {:<47} {}\n", fmt::format("{} {}", command.name, command.arguments),
               command.what);
  fmt::print("pptpctl SUBCOMMAND --help lists its options. See pptpctl(1).\n");
  return 0;
}

std::vector<OptionRow> diagnose_options() {
  return {{"--tunnel", "TUNNEL", "look at the files of this tunnel as well"},
          {"--log", "FILE", "read this log, or - for standard input"},
          {"--journal", nullptr, "read the system's journal since the last start"},
          {"--json", nullptr, "print one object"},
          {"--redact", nullptr, "replace addresses, names and secrets in what is printed"},
          {"--no-redact", nullptr, "replace nothing in the report"},
          {"--report", "FILE", "write a report to this file"},
          {"--rules", "DIR", "read the rules from this directory"},
          {"--list", nullptr, "list all rules"},
          {"--explain", "RULE", "print a rule"}};
}

}  // namespace

const std::vector<Subcommand>& subcommands() {
  static const std::vector<Subcommand> kTable{
      {"status",
       "[--json]",
       "control connections and their calls (also without a word)",
       status_command,
       {{"--json", nullptr, "print one object"}}},
      {"show", "CALL", "all about one call, one value a line", show_command, {}, 1},
      {"watch", "[SECONDS]", "the table, live and with rates", watch_command, {}, 1},
      {"stats",
       "[CALL] [--interval SECONDS]",
       "every counter of a call, or of all",
       stats_command,
       {{"--interval", "SECONDS", "count for so long, and print rates as well"}},
       1},
      {"metrics",
       "[--textfile FILE]",
       "all of it for Prometheus",
       metrics_command,
       {{"--textfile", "FILE", "replace this file of node_exporter's"}}},
      {"dump", "", "all of it tab-separated, for scripts", dump_command},
      {"hangup",
       "CALL|SERVER|--all",
       "end a call, the calls to a server, or every call",
       hangup_command,
       {{"--all", nullptr, "every call that you may end"}},
       1},
      {"log-level",
       "[error|warning|notice|debug] [CALL]",
       "show or set how much the manager and the calls log",
       log_level_command,
       {},
       2},
      {"capture",
       "CALL FILE|- [--seconds N] [--packets N]",
       "a call's control messages and GRE packets, as pcap",
       capture_command,
       {{"--seconds", "N", "end it after so many seconds"},
        {"--packets", "N", "end it after so many packets"}},
       2},
      {"diagnose", "SERVER|--log FILE|--journal",
       "how far a tunnel comes, or has come, and why no further", diagnose_command,
       diagnose_options(), 1},
      {"version", "", "the version", version},
      {"help", "", "this list", help}};
  return kTable;
}

}  // namespace callgate
