// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/table.hh"

#include <fmt/format.h>

#include <cstdio>

#include "callmgr/pptpctl/commands.hh"
#include "common/command_line/values.hh"
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

bool is_interval(const std::string& value) {
  return interval(value).has_value();
}

template <uint64_t Most>
bool is_count(const std::string& value) {
  return whole_number(value, 1, Most).has_value();
}

// The rows of options with one kind of value.
Option flag(const char* name, const char* help) {
  return {name, nullptr, "", help};
}
Option text(const char* name, const char* value, const char* help) {
  return {name, value, "a name", help, [](auto& text) { return !text.empty(); }};
}

std::vector<Option> diagnose_options() {
  return {text("tunnel", "TUNNEL", "also look at the files of this tunnel"),
          text("log", "FILE", "read this log, or - for standard input"),
          flag("journal", "read the system's journal since the last boot"),
          flag("json", "print the result as a JSON object"),
          flag("events", "with SERVER: print each step as a JSON object in one line when it ends"),
          flag("redact", "replace addresses, names and secrets in what is printed"),
          flag("no-redact", "replace nothing in the report"),
          text("report", "FILE", "write a report to this file"),
          text("rules", "DIR", "read the rules from this directory"),
          flag("list", "list all rules"),
          text("explain", "RULE", "print a rule")};
}

std::vector<Option> capture_options() {
  return {{"seconds", "N", "a number from 1 to 1000000", "stop after this many seconds",
           is_count<1'000'000>},
          {"packets", "N", "a number from 1 to 4294967295", "stop after this many packets",
           is_count<UINT32_MAX>}};
}

}  // namespace

const std::vector<Subcommand>& subcommands() {
  static const std::vector<Subcommand> kTable{
      {"status",
       "[--json]",
       "list control connections and their calls (the default)",
       status_command,
       {flag("json", "print the result as a JSON object")}},
      {"show", "CALL", "show everything about one call, one value a line", show_command, {}, 1},
      {"watch",
       "[SECONDS] [--json]",
       "show the list again and again, with rates",
       watch_command,
       {flag("json", "print one JSON object a line, with rates")},
       1},
      {"stats",
       "[CALL] [--interval SECONDS]",
       "show every counter of one call, or of all calls",
       stats_command,
       {{"interval", "SECONDS", kInterval, "count for this long, and also print rates",
         is_interval}},
       1},
      {"metrics",
       "[--textfile FILE]",
       "print all values as metrics, for Prometheus",
       metrics_command,
       {text("textfile", "FILE", "replace this file, for node_exporter")}},
      {"dump", "", "print all values separated by tabs, for scripts", dump_command},
      {"hangup",
       "CALL|TUNNEL|SERVER|--all",
       "end a call, those of a tunnel, those to a server, or every call",
       hangup_command,
       {flag("all", "end every call that you may end")},
       1},
      {"wait",
       "TUNNEL [--timeout SECONDS] [--json]",
       "wait until a tunnel has addresses, routes and name servers",
       wait_command,
       {{"timeout", "SECONDS", "a number from 1 to 4294967295", "give up after this time (120)",
         is_count<UINT32_MAX>},
        flag("json", "print the result as a JSON object")},
       1},
      {"exec",
       "TUNNEL [OPTION...] -- COMMAND",
       "run a command whose packets go through that tunnel alone",
       exec_command,
       {text("user", "NAME", "run the command as this user"),
        {"number", "N", "a number from 0 to 16255", "take the address number N for the command",
         [](auto& text) { return whole_number(text, 0, 16255).has_value(); }},
        text("dns", "SERVERS", "look names up by these servers: addresses with commas")},
       SIZE_MAX},
      {"log-level",
       "[error|warning|notice|debug] [CALL]",
       "show or set how much the manager and the calls log",
       log_level_command,
       {},
       2},
      {"capture", "CALL FILE|- [--seconds N] [--packets N]",
       "write a call's control messages and GRE packets as pcap", capture_command,
       capture_options(), 2},
      {"diagnose", "SERVER|--log FILE|--journal",
       "find out how far a tunnel comes, and why no further", diagnose_command, diagnose_options(),
       1},
      {"follow",
       "[TUNNEL|--log FILE] [--json]",
       "tell the stages of a tunnel as it comes to them, and why it fails",
       follow_command,
       {text("log", "FILE", "read this log, or - for standard input, in place of the journal"),
        flag("json", "print one JSON object a line"),
        text("rules", "DIR", "read the rules from this directory")},
       1},
      {"version", "", "print the version", version},
      {"help", "", "print this list", help}};
  return kTable;
}

}  // namespace callgate
