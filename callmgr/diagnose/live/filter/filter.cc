// SPDX-License-Identifier: GPL-2.0-or-later
// Does this host's own packet filter drop the GRE packets of the call? If GRE passes, it does not,
// whatever its rules are. If GRE does not pass, the rules and their counters are examined.
#include <fmt/format.h>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/child.hh"
#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "common/command_line/shell_quote.hh"
#include "common/wire/bytes.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kRulesWithin{1'000};

// nftables also shows the rules of iptables-nft. The older iptables has separate tables.
bool old_iptables(const Case& the_case) {
  bool v6 = the_case.best_address().family == IpFamily::v6;
  return !read_file(v6 ? "/proc/net/ip6_tables_names" : "/proc/net/ip_tables_names").text.empty();
}

std::string rules_of(const Case& the_case, Ruleset::Tool tool, TimePoint deadline) {
  if (tool == Ruleset::Tool::nft)
    return run_program(deadline, {"nft", "-j", "list", "ruleset"}).text;
  auto prefix = the_case.best_address().family == IpFamily::v6 ? "ip6" : "ip";
  auto legacy = fmt::format("{}tables-legacy-save", prefix);
  auto program = find_program(legacy).empty() ? fmt::format("{}tables-save", prefix) : legacy;
  return run_program(deadline, {program, "-c"}).text;
}

std::optional<Ruleset> parse(Ruleset::Tool tool, const std::string& text, const GreFlow& flow) {
  return tool == Ruleset::Tool::nft ? parse_nft(text, flow) : parse_iptables(text, flow);
}

std::optional<FlowFilter> read_rules(const Case& the_case, Ruleset::Tool tool, TimePoint deadline) {
  auto text = rules_of(the_case, tool, deadline);
  GreFlow flow{
      .local = the_case.local, .server = the_case.best_address(), .interface = the_case.interface};
  auto out = parse(tool, text, flow);
  flow.direction = Direction::in;
  auto in = parse(tool, text, flow);
  if (!out || !in) return std::nullopt;
  return FlowFilter{std::move(*out), std::move(*in)};
}

// How many packets the rule has counted since `before` was read. Returns nullopt if it has no
// counter.
std::optional<uint64_t> counted(const Drop& drop, const Ruleset* before) {
  if (!drop.rule || !drop.rule->packets) return std::nullopt;
  for (const auto& chain : before ? before->chains : std::vector<Chain>{})
    if (chain.table == drop.chain->table && chain.name == drop.chain->name)
      for (const auto& rule : chain.rules)
        if (rule.place == drop.rule->place && rule.packets)
          return *drop.rule->packets - *rule.packets;
  return drop.rule->packets;
}

std::string command_for(const Chain& chain, Ruleset::Tool tool, const Case& the_case) {
  if (tool == Ruleset::Tool::nft)
    return fmt::format("nft insert rule {} {} meta l4proto gre accept", chain.table,
                       shell_quote(chain.name));
  auto program = the_case.best_address().family == IpFamily::v6 ? "ip6tables" : "iptables";
  return fmt::format("{} -t {} -I {} -p gre -j ACCEPT", program, chain.table,
                     shell_quote(chain.name));
}

// What a user reads about one drop.
std::string place_of(const Drop& drop, Direction direction, std::optional<uint64_t> packets) {
  auto where = fmt::format("chain {} {}", drop.chain->table, drop.chain->name);
  auto what = drop.rule ? fmt::format("{} of {}", drop.rule->place, where)
                        : fmt::format("the policy of {}", where);
  auto way = direction == Direction::out ? "on its way out" : "on its way in";
  auto count = packets && *packets
                   ? fmt::format(", and has counted {} packets during the test", *packets)
                   : "";
  return fmt::format("{} drops GRE {}{}", what, way, count);
}

struct Found {
  std::string places, commands;  // commands: one on each line, indented by two blanks
  bool any = false;

  // Adds the drops that are certain, and those that a counter proves.
  void look(const Case& the_case, const Ruleset& now, const Ruleset* before, Direction direction) {
    for (const auto& drop : drops(now, direction)) {
      auto packets = counted(drop, before);
      bool shown = before && packets && *packets > 0;
      if (!drop.certain && !shown) continue;
      places += (any ? "; " : "") + place_of(drop, direction, packets);
      auto command = command_for(*drop.chain, now.tool, the_case);
      if (commands.find(command) == commands.npos) commands += (any ? "\n  " : "") + command;
      any = true;
    }
  }
};

}  // namespace

std::optional<FlowFilter> read_packet_filter(const Case& the_case, TimePoint deadline) {
  auto tool = old_iptables(the_case) ? Ruleset::Tool::iptables : Ruleset::Tool::nft;
  return read_rules(the_case, tool, deadline);
}

Result probe_filter(Case& the_case) {
  if (the_case.gre == GreState::passes) return pass("GRE passes this host's packet filter");
  auto now = read_packet_filter(the_case, the_case.within(kRulesWithin));
  if (!now)
    return unknown(
        "this host's packet filter cannot be read: only root may, with nft or iptables-save");
  const auto& before = the_case.filter_before;
  Found found;
  found.look(the_case, now->out, before ? &before->out : nullptr, Direction::out);
  found.look(the_case, now->in, before ? &before->in : nullptr, Direction::in);
  if (found.any) return failure("gre-filtered-here", found.places, found.places, found.commands);
  return pass("no rule of this host's packet filter drops GRE, as far as can be seen");
}

}  // namespace callgate::diagnose::live
