// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the output of `iptables-save -c`: the name of a table, its chains with their policies, and
// its rules as arguments of iptables, each after its counters.
#include <fmt/format.h>

#include <sstream>

#include "callmgr/diagnose/live/filter/packet_filter.hh"

namespace callgate::diagnose::live {
namespace {

using Words = std::vector<std::string>;

// The words of a line; "..." is one word.
Words split(const std::string& line) {
  Words words;
  std::string word;
  bool quoted = false, any = false;
  for (char c : line) {
    if (c == '"') {
      quoted = !quoted;
      any = true;
    } else if (!quoted && c == ' ') {
      if (any) words.push_back(std::move(word));
      word.clear();
      any = false;
    } else {
      word += c;
      any = true;
    }
  }
  if (any) words.push_back(word);
  return words;
}

Match is_address(const IpAddress& address, const std::string& text) {
  auto slash = text.find('/');
  unsigned prefix = 128;
  if (slash != text.npos)
    prefix = static_cast<unsigned>(std::strtoul(text.c_str() + slash + 1, nullptr, 10));
  return address_is(address, text.substr(0, slash), prefix);
}

Match is_one_of(const GreFlow& flow, const std::string& states) {
  auto result = Match::no;
  std::istringstream list(states);
  for (std::string state; std::getline(list, state, ',');)
    result = std::max(result, state_is(flow, state));
  return result;
}

class RuleReader {
 public:
  RuleReader(const GreFlow& flow, FilterRule& rule) : flow_(flow), rule_(rule) {}

  // The words after "-A CHAIN".
  void read(const Words& words, size_t start) {
    for (size_t i = start; i < words.size(); i++) {
      const auto& word = words[i];
      if (word == "!")
        inverted_ = true;
      else if (word[0] == '-' && i + 1 < words.size() && take(word, words[i + 1]))
        i++;
    }
  }

 private:
  // Returns true if the option is known; its value has been read then.
  bool take(const std::string& option, const std::string& value) {
    bool out = flow_.direction == Direction::out;
    if (option == "-p")
      ask(protocol_is(value));
    else if (option == "-s")
      ask(is_address(flow_.source(), value));
    else if (option == "-d")
      ask(is_address(flow_.destination(), value));
    else if (option == "-o")
      ask(out ? interface_is(flow_.interface, value) : Match::perhaps);
    else if (option == "-i")
      ask(out ? Match::perhaps : interface_is(flow_.interface, value));
    else if (option == "--state" || option == "--ctstate")
      ask(is_one_of(flow_, value));
    else if (option == "-j" || option == "-g")
      obey(value, option == "-g");
    // The name of a module, and texts that match nothing.
    else if (option != "-m" && option != "--comment" && option != "--reject-with" &&
             option != "--log-prefix") {
      ask(Match::perhaps);
      return false;
    }
    return true;
  }

  void ask(Match match) {
    if (inverted_ && match != Match::perhaps) match = match == Match::yes ? Match::no : Match::yes;
    inverted_ = false;
    rule_.matches = both(rule_.matches, match);
  }

  void obey(const std::string& target, bool go_to) {
    if (target == "ACCEPT")
      rule_.action = Action::accept;
    else if (target == "DROP" || target == "REJECT")
      rule_.action = Action::drop;
    else if (target == "RETURN")
      rule_.action = Action::back;
    else {
      // LOG and similar targets are no chains, and the packet goes on.
      rule_.action = go_to ? Action::go_to : Action::jump;
      rule_.target = target;
    }
  }

  const GreFlow& flow_;
  FilterRule& rule_;
  bool inverted_ = false;
};

struct SaveReader {
  const GreFlow& flow;
  std::string table;
  Ruleset ruleset{.tool = Ruleset::Tool::iptables};

  // ":INPUT DROP [0:0]"; a user's chain has "-" instead of a policy.
  void chain(const std::string& line) {
    auto words = split(line.substr(1));
    if (words.size() < 2) return;
    bool built_in = words[1] != "-";
    ruleset.chains.push_back({.table = table,
                              .name = words[0],
                              .hook = built_in ? hook_of(words[0]) : Hook::none,
                              .policy = words[1] == "DROP" ? Action::drop : Action::accept});
  }

  // "[12:345] -A INPUT -p gre -j DROP"
  void rule(const std::string& line) {
    auto words = split(line);
    size_t start = !words.empty() && words[0][0] == '[' ? 1 : 0;
    if (words.size() < start + 2 || words[start] != "-A") return;
    for (auto& chain : ruleset.chains) {
      if (chain.table != table || chain.name != words[start + 1]) continue;
      FilterRule rule{.place = fmt::format("rule {}", chain.rules.size() + 1)};
      if (start) rule.packets = std::strtoull(words[0].c_str() + 1, nullptr, 10);
      RuleReader(flow, rule).read(words, start + 2);
      chain.rules.push_back(std::move(rule));
    }
  }
};

}  // namespace

std::optional<Ruleset> parse_iptables(std::string_view save, const GreFlow& flow) {
  bool helper = save.find("--helper pptp") != save.npos;
  GreFlow asked = flow;
  asked.helper = asked.helper || helper;
  SaveReader reader{.flow = asked, .table = {}};
  reader.ruleset.helper = helper;
  std::istringstream lines{std::string(save)};
  bool any = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    any = true;
    if (line[0] == '*')
      reader.table = line.substr(1);
    else if (line[0] == ':')
      reader.chain(line);
    else
      reader.rule(line);
  }
  if (!any) return std::nullopt;
  return std::move(reader.ruleset);
}

}  // namespace callgate::diagnose::live
