// SPDX-License-Identifier: GPL-2.0-or-later
// What a packet filter does to GRE, read from what nft and iptables-save print.
#include <fmt/format.h>

#include "callmgr/diagnose/live/filter/packet_filter.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::diagnose::live;

namespace {

GreFlow flow(Direction direction) {
  return {.direction = direction,
          .local = *IpAddress::parse("10.9.0.1"),
          .server = *IpAddress::parse("192.0.2.1"),
          .interface = "eth0"};
}

constexpr const char* kOutput = R"("hook": "output", "prio": 0, "policy": "accept")";
constexpr const char* kInputDrop = R"("hook": "input", "prio": 0, "policy": "drop")";

// One chain "c" of the table inet t, and its rules' expressions.
std::string nft(const std::string& chain, const std::vector<std::string>& rules) {
  std::string text =
      fmt::format(R"({{"nftables": [{{"metainfo": {{}}}}, {{"chain": {{"family": "inet",
      "table": "t", "name": "c", {}}}}})",
                  chain);
  int handle = 1;
  for (const auto& rule : rules)
    text += fmt::format(R"(, {{"rule": {{"family": "inet", "table": "t", "chain": "c", "handle": {},
        "expr": [{}]}}}})",
                        handle++, rule);
  return text + "]}";
}

std::string match(const char* left, const char* right, const char* op = "==") {
  return fmt::format(R"({{"match": {{"op": "{}", "left": {}, "right": {}}}}})", op, left, right);
}

const std::string kGre = match(R"({"meta": {"key": "l4proto"}})", R"("gre")");
const std::string kNumber = match(R"({"payload": {"protocol": "ip", "field": "protocol"}})", "47");
const std::string kTcp = match(R"({"payload": {"protocol": "tcp", "field": "dport"}})", "22");
const std::string kUnknown = match(R"({"meta": {"key": "skuid"}})", "0");
const std::string kEstablished =
    match(R"({"ct": {"key": "state"}})", R"(["established", "related"])", "in");
const std::string kDrop = R"({"drop": null})", kAccept = R"({"accept": null})";

std::vector<std::pair<std::string, bool>> lost(const std::optional<Ruleset>& ruleset,
                                               Direction direction) {
  std::vector<std::pair<std::string, bool>> places;
  REQUIRE(ruleset);
  for (const auto& drop : drops(*ruleset, direction))
    places.emplace_back(drop.rule ? drop.rule->place : "policy", drop.certain);
  return places;
}

auto nft_out(const std::vector<std::string>& rules) {
  return lost(parse_nft(nft(kOutput, rules), flow(Direction::out)), Direction::out);
}
auto nft_in(const std::vector<std::string>& rules) {
  return lost(parse_nft(nft(kInputDrop, rules), flow(Direction::in)), Direction::in);
}
auto iptables(const std::string& rules, Direction direction) {
  return lost(parse_iptables("*filter\n" + rules + "COMMIT\n", flow(direction)), direction);
}

using Places = std::vector<std::pair<std::string, bool>>;

}  // namespace

TEST_CASE("a rule against GRE is found, however it is written") {
  CHECK(nft_out({kGre + "," + kDrop}) == Places{{"handle 1", true}});
  CHECK(nft_out({kNumber + "," + kDrop}) == Places{{"handle 1", true}});
  CHECK(nft_out({kTcp + "," + kDrop}).empty());
  CHECK(nft_out({kGre + R"(, {"reject": {"type": "icmp"}})"}) == Places{{"handle 1", true}});
  auto set = match(R"({"meta": {"key": "l4proto"}})", R"({"set": ["esp", "gre"]})");
  CHECK(nft_out({set + "," + kDrop}) == Places{{"handle 1", true}});
  auto others = match(R"({"meta": {"key": "l4proto"}})", R"({"set": ["tcp", "udp"]})", "!=");
  CHECK(nft_out({others + "," + kDrop}) == Places{{"handle 1", true}});
}

TEST_CASE("a rule that lets GRE pass before it is dropped is believed") {
  CHECK(nft_out({kGre + "," + kAccept, kDrop}).empty());
  CHECK(nft_in({kNumber + "," + kAccept}).empty());
  CHECK(nft_in({kTcp + "," + kAccept}) == Places{{"policy", true}});
}

TEST_CASE("what is not known makes a drop less certain, and none certain") {
  CHECK(nft_out({kUnknown + "," + kGre + "," + kDrop}) == Places{{"handle 1", false}});
  CHECK(nft_in({kUnknown + "," + kAccept}) == Places{{"policy", false}});
}

TEST_CASE("the server's GRE belongs to a known connection only where the helper is assigned") {
  CHECK(nft_in({kEstablished + "," + kAccept}) == Places{{"policy", true}});
  auto map = R"({"vmap": {"key": {"ct": {"key": "state"}}, "data": {"set": [
      ["invalid", {"drop": null}], ["established", {"accept": null}]]}}})";
  CHECK(nft_in({map}) == Places{{"policy", true}});
  auto text = nft(kInputDrop, {kEstablished + "," + kAccept});
  text.replace(text.rfind("]}"), 2, R"(, {"ct helper": {"name": "p", "type": "pptp"}}]})");
  CHECK(lost(parse_nft(text, flow(Direction::in)), Direction::in).empty());
}

TEST_CASE("interfaces and addresses are compared") {
  auto out = [](const char* name) { return match(R"({"meta": {"key": "oifname"}})", name); };
  CHECK(nft_out({out(R"("eth0")") + "," + kDrop}) == Places{{"handle 1", true}});
  CHECK(nft_out({out(R"("eth1")") + "," + kDrop}).empty());
  CHECK(nft_out({out(R"("eth*")") + "," + kDrop}) == Places{{"handle 1", true}});
  auto to = [](const char* value) {
    return match(R"({"payload": {"protocol": "ip", "field": "daddr"}})", value);
  };
  CHECK(nft_out({to(R"({"prefix": {"addr": "192.0.2.0", "len": 24}})") + "," + kDrop}).size() == 1);
  CHECK(nft_out({to(R"({"prefix": {"addr": "192.0.2.128", "len": 25}})") + "," + kDrop}).empty());
}

TEST_CASE("the counter of a rule is read") {
  auto ruleset =
      parse_nft(nft(kOutput, {kGre + R"(, {"counter": {"packets": 7, "bytes": 9}},)" + kDrop}),
                flow(Direction::out));
  REQUIRE(ruleset);
  CHECK(drops(*ruleset, Direction::out).at(0).rule->packets == 7);
}

TEST_CASE("iptables' rules are understood as far") {
  CHECK(iptables(":OUTPUT ACCEPT [0:0]\n[3:252] -A OUTPUT -o eth0 -p gre -j DROP\n",
                 Direction::out) == Places{{"rule 1", true}});
  CHECK(iptables(":OUTPUT ACCEPT [0:0]\n-A OUTPUT ! -p 47 -j DROP\n", Direction::out).empty());
  CHECK(iptables(":INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n",
                 Direction::in) == Places{{"policy", true}});
  CHECK(
      iptables(":INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n",
               Direction::in) == Places{{"policy", true}});
  CHECK(iptables(
            ":INPUT DROP [0:0]\n-A INPUT -s 192.0.2.1/32 -m comment --comment \"a b\" -j ACCEPT\n",
            Direction::in)
            .empty());
}

TEST_CASE("a user's chain is entered, and left by its end") {
  std::string chains = ":OUTPUT ACCEPT [0:0]\n:mine - [0:0]\n-A OUTPUT -p gre -j mine\n";
  CHECK(iptables(chains + "-A mine -j DROP\n", Direction::out) == Places{{"rule 1", true}});
  CHECK(iptables(chains + "-A mine -j RETURN\n-A mine -j DROP\n", Direction::out).empty());
  CHECK(iptables(chains + "-A mine -j mine\n", Direction::out).empty());
}

TEST_CASE("what is no ruleset is none") {
  for (auto text : {"", "{", "[]", "{\"nftables\": 1}", "Operation not permitted"})
    CHECK_FALSE(parse_nft(text, flow(Direction::out)));
  CHECK(parse_nft(R"({"nftables": [1, null, {"rule": 1}, {"chain": []}]})", flow(Direction::out)));
  CHECK_FALSE(parse_iptables("", flow(Direction::out)));
}
