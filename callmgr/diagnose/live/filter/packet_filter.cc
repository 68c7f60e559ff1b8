// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/filter/packet_filter.hh"

#include <algorithm>
#include <cctype>

namespace callgate::diagnose::live {
namespace {

constexpr int kMostJumps = 16;  // the kernel accepts no deeper ones

enum class Fate : uint8_t { goes_on, accepted, dropped };

// The way of one packet through the chains of one ruleset.
class Traveller {
 public:
  explicit Traveller(const Ruleset& ruleset) : ruleset_(ruleset) {}

  // `certain`: the packet certainly comes here.
  Fate enter(const Chain& chain, bool certain, int depth) {
    for (const auto& rule : chain.rules) {
      if (rule.matches == Match::no) continue;
      bool sure = rule.matches == Match::yes;
      auto fate = obey(chain, rule, certain && sure && !perhaps_accepted_, depth);
      if (rule.action == Action::back || rule.action == Action::go_to)
        if (sure && fate == Fate::goes_on) return Fate::goes_on;
      if (fate == Fate::goes_on) continue;
      if (sure) return fate;
      if (fate == Fate::accepted) perhaps_accepted_ = true;
    }
    return Fate::goes_on;
  }

  void enter_base(const Chain& chain) {
    perhaps_accepted_ = false;
    if (enter(chain, true, 0) == Fate::goes_on && chain.policy == Action::drop)
      found_.push_back({&chain, nullptr, !perhaps_accepted_});
  }

  std::vector<Drop> take() { return std::move(found_); }

 private:
  Fate obey(const Chain& chain, const FilterRule& rule, bool certain, int depth) {
    switch (rule.action) {
      case Action::none:
      case Action::back: return Fate::goes_on;
      case Action::accept: return Fate::accepted;
      case Action::drop: found_.push_back({&chain, &rule, certain}); return Fate::dropped;
      case Action::jump:
      case Action::go_to: break;
    }
    const auto* target = find(chain.table, rule.target);
    return target && depth < kMostJumps ? enter(*target, certain, depth + 1) : Fate::goes_on;
  }

  const Chain* find(const std::string& table, const std::string& name) const {
    for (const auto& chain : ruleset_.chains)
      if (chain.table == table && chain.name == name) return &chain;
    return nullptr;
  }

  const Ruleset& ruleset_;
  std::vector<Drop> found_;
  bool perhaps_accepted_ = false;
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

Hook hook_of(std::string_view name) {
  auto text = lower(name);
  if (text == "prerouting") return Hook::prerouting;
  if (text == "input") return Hook::input;
  if (text == "output") return Hook::output;
  if (text == "postrouting") return Hook::postrouting;
  return Hook::other;
}

bool passes(Hook hook, Direction direction) {
  if (direction == Direction::out) return hook == Hook::output || hook == Hook::postrouting;
  return hook == Hook::prerouting || hook == Hook::input;
}

std::vector<Drop> drops(const Ruleset& ruleset, Direction direction) {
  Traveller traveller(ruleset);
  for (const auto& chain : ruleset.chains)
    if (passes(chain.hook, direction)) traveller.enter_base(chain);
  return traveller.take();
}

Match protocol_is(std::string_view name_or_number) {
  auto text = lower(name_or_number);
  return text == "gre" || text == "47" || text == "all" ? Match::yes : Match::no;
}

Match address_is(const IpAddress& address, const std::string& text, unsigned prefix_length) {
  auto other = IpAddress::parse(text);
  if (!other) return Match::perhaps;
  if (!address || other->family != address.family) return Match::no;
  unsigned bits = std::min<unsigned>(prefix_length, static_cast<unsigned>(address.size()) * 8);
  for (unsigned i = 0; i < bits; i++) {
    uint8_t differing = address.bytes[i / 8] ^ other->bytes[i / 8];
    if (differing >> (7 - i % 8) & 1) return Match::no;
  }
  return Match::yes;
}

Match interface_is(const std::string& interface, std::string pattern) {
  if (interface.empty()) return Match::perhaps;
  bool open = !pattern.empty() && (pattern.back() == '*' || pattern.back() == '+');
  if (open) pattern.pop_back();
  bool same = open ? interface.starts_with(pattern) : interface == pattern;
  return same ? Match::yes : Match::no;
}

// The two directions of GRE have different call IDs. Without the helper the kernel does not know
// that they belong together, and takes each for a new connection. With the helper they are related
// to the TCP connection.
Match state_is(const GreFlow& flow, std::string_view state) {
  auto text = lower(state);
  if (text == "new") return flow.helper ? Match::perhaps : Match::yes;
  if (text == "related" || text == "established") return flow.helper ? Match::yes : Match::no;
  return text == "invalid" || text == "untracked" ? Match::no : Match::perhaps;
}

}  // namespace callgate::diagnose::live
