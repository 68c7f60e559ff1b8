// SPDX-License-Identifier: GPL-2.0-or-later
// The packet filter of this host, applied to one packet: GRE of our call, on its way out or in.
// nft_rules.cc and iptables_rules.cc read the rules into the same form. While they read a rule,
// they decide whether it matches this packet, as far as that can be known.
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
  std::string target;                    // of jump and go_to: the name of a chain
  std::string place;                     // "handle 4", "rule 2"
  std::optional<uint64_t> packets = {};  // by its counter, if it has one
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
  bool helper = false;  // connections to port 1723 get the PPTP helper
};

// The packet in question.
enum class Direction : uint8_t { out, in };
struct GreFlow {
  Direction direction = Direction::out;
  IpAddress local, server;
  std::string interface;
  bool helper = false;  // then the server's packets belong to a known connection

  const IpAddress& source() const { return direction == Direction::out ? local : server; }
  const IpAddress& destination() const { return direction == Direction::out ? server : local; }
};

Hook hook_of(std::string_view name);  // as nftables or iptables writes it
bool passes(Hook hook, Direction direction);

// A place at which the packet is lost.
struct Drop {
  const Chain* chain;
  const FilterRule* rule;  // nullptr: the policy of the chain drops it
  bool certain;            // false: perhaps
};
std::vector<Drop> drops(const Ruleset& ruleset, Direction direction);

// The parsers. A test that they do not know is Match::perhaps. They return nullopt if the text is
// no ruleset.
std::optional<Ruleset> parse_nft(std::string_view json, const GreFlow& flow);
std::optional<Ruleset> parse_iptables(std::string_view save, const GreFlow& flow);

// Tests of the packet that both kinds of rules have.
Match protocol_is(std::string_view name_or_number);
Match address_is(const IpAddress& address, const std::string& text, unsigned prefix_length);
Match interface_is(const std::string& interface, std::string pattern);  // "ppp*", "ppp+"
Match state_is(const GreFlow& flow, std::string_view state);

// Both directions of one call.
struct FlowFilter {
  Ruleset out, in;
};
// Reads the rules as they are now. Returns nullopt if we are not root, or if there is no program
// that prints them.
std::optional<FlowFilter> read_packet_filter(const Case& the_case, TimePoint deadline);

}  // namespace callgate::diagnose::live
