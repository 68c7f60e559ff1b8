// SPDX-License-Identifier: GPL-2.0-or-later
// The packet filter of this host, seen by one packet: GRE of our call, on its way out or in.
// nftables' and iptables' rules are read into the same form (nft_rules.cc, iptables_rules.cc), in
// which what a rule asks has been answered already, as far as it can be.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/wire/ids.hh"
#include "common/wire/ip_address.hh"

namespace callgate::diagnose::live {

struct Case;

enum class Match : uint8_t { no, perhaps, yes };
constexpr Match both(Match a, Match b) {
  return a < b ? a : b;
}

enum class Action : uint8_t { none, accept, drop, jump, go_to, back };

struct FilterRule {
  Match matches = Match::yes;
  Action action = Action::none;
  std::string target;                    // of jump and go_to: a chain's name
  std::string place;                     // "handle 4", "rule 2"
  std::optional<uint64_t> packets = {};  // that its counter has seen
};

enum class Hook : uint8_t { none, prerouting, input, output, postrouting, other };

struct Chain {
  std::string table, name;  // "inet filter", "output"
  Hook hook = Hook::none;
  Action policy = Action::accept;
  std::vector<FilterRule> rules = {};
};

struct Ruleset {
  enum class Tool : uint8_t { nft, iptables };
  Tool tool = Tool::nft;
  std::vector<Chain> chains;
  bool helper = false;  // connections to port 1723 are given the PPTP helper
};

// The packet that is looked at.
enum class Direction : uint8_t { out, in };
struct GreFlow {
  Direction direction = Direction::out;
  IpAddress local, server;
  std::string interface;
  bool helper = false;  // then the server's packets belong to a known connection

  const IpAddress& source() const { return direction == Direction::out ? local : server; }
  const IpAddress& destination() const { return direction == Direction::out ? server : local; }
};

Hook hook_of(std::string_view name);  // in nftables' spelling or iptables'
bool passes(Hook hook, Direction direction);

// A place at which the packet is lost.
struct Drop {
  const Chain* chain;
  const FilterRule* rule;  // none: it is the chain's policy
  bool certain;            // not only perhaps
};
std::vector<Drop> drops(const Ruleset& ruleset, Direction direction);

// The parsers. What they do not know they take for Match::perhaps. Nothing: it is no ruleset.
std::optional<Ruleset> parse_nft(std::string_view json, const GreFlow& flow);
std::optional<Ruleset> parse_iptables(std::string_view save, const GreFlow& flow);

// What a rule may ask of the packet, the same in both.
Match protocol_is(std::string_view name_or_number);
Match address_is(const IpAddress& address, const std::string& text, unsigned prefix_length);
Match interface_is(const std::string& interface, std::string pattern);  // "ppp*", "ppp+"
Match state_is(const GreFlow& flow, std::string_view state);

// Both directions of one call.
struct FlowFilter {
  Ruleset out, in;
};
// What the rules are now. Nothing: only root may know, or there is no program that tells.
std::optional<FlowFilter> read_packet_filter(const Case& the_case, TimePoint deadline);

}  // namespace callgate::diagnose::live
