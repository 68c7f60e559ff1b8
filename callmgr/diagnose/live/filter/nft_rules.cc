// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the output of `nft -j list ruleset`: libnftables-json(5).
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "callmgr/diagnose/live/filter/packet_filter.hh"

namespace callgate::diagnose::live {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_integer() ? std::to_string(value.get<int64_t>()) : std::string();
}

const Json& at(const Json& object, const char* name) {
  static const Json kNothing;
  auto found = object.is_object() ? object.find(name) : object.end();
  return found == object.end() ? kNothing : *found;
}

Match any_of(Match a, Match b) {
  return std::max(a, b);
}

class RuleReader {
 public:
  explicit RuleReader(const GreFlow& flow) : flow_(flow) {}

  FilterRule read(const Json& rule) {
    FilterRule result;
    result.place = fmt::format("handle {}", text_of(at(rule, "handle")));
    for (const auto& statement : at(rule, "expr"))
      if (statement.is_object() && !statement.empty())
        take(statement.begin().key(), statement.begin().value(), result);
    return result;
  }

 private:
  void take(const std::string& kind, const Json& value, FilterRule& rule) const {
    if (kind == "match")
      rule.matches = both(rule.matches, asked(value));
    else if (kind == "counter")
      rule.packets = at(value, "packets").is_number() ? at(value, "packets").get<uint64_t>() : 0;
    else if (kind == "vmap")
      take_map(value, rule);
    else if (kind == "xt")
      take_foreign(value, rule);
    else if (kind == "limit" || kind == "quota" || kind == "connlimit" || kind == "ct count")
      rule.matches = both(rule.matches, Match::perhaps);
    else
      take_verdict(kind, value, rule);
  }

  static void take_verdict(const std::string& kind, const Json& value, FilterRule& rule) {
    if (kind == "accept")
      rule.action = Action::accept;
    else if (kind == "drop" || kind == "reject")
      rule.action = Action::drop;
    else if (kind == "return")
      rule.action = Action::back;
    else if (kind == "jump")
      rule.action = Action::jump;
    else if (kind == "goto")
      rule.action = Action::go_to;
    if (kind == "jump" || kind == "goto") rule.target = text_of(at(value, "target"));
  }

  // Matches and targets of iptables, in rules that iptables-nft has made.
  static void take_foreign(const Json& value, FilterRule& rule) {
    auto name = text_of(at(value, "name"));
    if (text_of(at(value, "type")) != "target")
      rule.matches = both(rule.matches, Match::perhaps);
    else if (name == "REJECT" || name == "DROP")
      rule.action = Action::drop;
  }

  // { invalid : drop, established : accept }: the first pair whose key fits.
  void take_map(const Json& map, FilterRule& rule) const {
    const auto& key = at(map, "key");
    for (const auto& pair : at(at(map, "data"), "set")) {
      if (!pair.is_array() || pair.size() != 2 || !pair[1].is_object() || pair[1].empty()) continue;
      auto fits = equals(key, pair[0]);
      if (fits == Match::no) continue;
      take_verdict(pair[1].begin().key(), pair[1].begin().value(), rule);
      rule.matches = both(rule.matches, fits);
      return;
    }
    rule.matches = Match::no;
  }

  Match asked(const Json& match) const {
    auto relation = text_of(at(match, "op"));
    auto equal = equals(at(match, "left"), at(match, "right"));
    if (relation == "==" || relation == "in") return equal;
    if (relation != "!=") return Match::perhaps;
    if (equal == Match::perhaps) return equal;
    return equal == Match::yes ? Match::no : Match::yes;
  }

  Match equals(const Json& left, const Json& right) const {
    if (right.is_object() && right.contains("set")) return equals_any(left, right["set"]);
    if (right.is_array()) return equals_any(left, right);
    if (left.contains("payload")) return payload_is(left["payload"], right);
    if (left.contains("meta")) return meta_is(text_of(at(left["meta"], "key")), right);
    if (left.contains("ct") && text_of(at(left["ct"], "key")) == "state")
      return state_is(flow_, text_of(right));
    return Match::perhaps;
  }

  Match equals_any(const Json& left, const Json& list) const {
    auto result = Match::no;
    for (const auto& one : list) result = any_of(result, equals(left, one));
    return result;
  }

  Match payload_is(const Json& payload, const Json& right) const {
    auto protocol = text_of(at(payload, "protocol")), field = text_of(at(payload, "field"));
    bool v6 = flow_.server.family == IpFamily::v6;
    if (protocol != "ip" && protocol != "ip6") return protocol.empty() ? Match::perhaps : Match::no;
    if ((protocol == "ip6") != v6) return Match::no;
    if (field == "protocol" || field == "nexthdr") return protocol_value(right);
    if (field == "saddr") return address_value(flow_.source(), right);
    if (field == "daddr") return address_value(flow_.destination(), right);
    return Match::perhaps;
  }

  Match meta_is(const std::string& key, const Json& right) const {
    bool out = flow_.direction == Direction::out;
    auto text = text_of(right);
    if (key == "l4proto") return protocol_value(right);
    if (key == "nfproto")
      return (text == "ipv6") == (flow_.server.family == IpFamily::v6) ? Match::yes : Match::no;
    if (key == "oif" || key == "oifname")
      return out ? interface_is(flow_.interface, text) : Match::perhaps;
    if (key == "iif" || key == "iifname")
      return out ? Match::perhaps : interface_is(flow_.interface, text);
    return Match::perhaps;
  }

  static Match protocol_value(const Json& right) {
    if (!right.is_object()) return protocol_is(text_of(right));
    const auto& range = at(right, "range");
    if (!range.is_array() || range.size() != 2 || !range[0].is_number() || !range[1].is_number())
      return Match::perhaps;
    return range[0] <= 47 && range[1] >= 47 ? Match::yes : Match::no;
  }

  static Match address_value(const IpAddress& address, const Json& right) {
    if (right.is_string()) return address_is(address, right.get<std::string>(), 128);
    const auto& prefix = at(right, "prefix");
    if (!at(prefix, "len").is_number_unsigned()) return Match::perhaps;
    return address_is(address, text_of(at(prefix, "addr")), at(prefix, "len").get<unsigned>());
  }

  const GreFlow& flow_;
};

bool concerns(const std::string& family, const GreFlow& flow) {
  return family == "inet" || family == (flow.server.family == IpFamily::v6 ? "ip6" : "ip");
}

Chain read_chain(const Json& json) {
  const auto& hook = at(json, "hook");
  return {.table = text_of(at(json, "family")) + " " + text_of(at(json, "table")),
          .name = text_of(at(json, "name")),
          .hook = hook.is_string() ? hook_of(text_of(hook)) : Hook::none,
          .policy = text_of(at(json, "policy")) == "drop" ? Action::drop : Action::accept};
}

void add_rule(Ruleset& ruleset, const Json& json, const GreFlow& flow) {
  auto table = text_of(at(json, "family")) + " " + text_of(at(json, "table"));
  for (auto& chain : ruleset.chains)
    if (chain.table == table && chain.name == text_of(at(json, "chain")))
      chain.rules.push_back(RuleReader(flow).read(json));
}

}  // namespace

std::optional<Ruleset> parse_nft(std::string_view json, const GreFlow& flow) {
  auto whole = Json::parse(json, nullptr, false);
  const auto& list = at(whole, "nftables");
  if (!list.is_array()) return std::nullopt;
  // Whether there is a helper must be known before the rules that test states are read.
  GreFlow asked = flow;
  Ruleset ruleset{.tool = Ruleset::Tool::nft};
  for (const auto& item : list)
    if (text_of(at(at(item, "ct helper"), "type")) == "pptp") asked.helper = ruleset.helper = true;
  for (const auto& item : list) {
    if (const auto& chain = at(item, "chain"); concerns(text_of(at(chain, "family")), flow))
      ruleset.chains.push_back(read_chain(chain));
    if (const auto& rule = at(item, "rule"); concerns(text_of(at(rule, "family")), flow))
      add_rule(ruleset, rule, asked);
  }
  return ruleset;
}

}  // namespace callgate::diagnose::live
