// SPDX-License-Identifier: GPL-2.0-or-later
// One attempt to bring up a tunnel: what its lines show, in a fixed amount of memory.
#pragma once

#include <array>

#include "callmgr/diagnose/conversation.hh"
#include "callmgr/diagnose/log/log_line.hh"
#include "callmgr/diagnose/rule_base.hh"

namespace callgate::diagnose {

// How often a pattern matched, and where.
struct Hit {
  uint64_t count = 0;
  Stage stage = Stage::none;  // the stage of the attempt at the last match
  SourceLine first, last;
  void clear() { count = 0, stage = Stage::none, first.clear(), last.clear(); }
};

// What pppd's last line about a tunnel says of the data that it carried.
enum class Traffic : uint8_t { unknown, none, one_way, both_ways };

// Notes if the PPP peer has the server's own address, which makes the tunnel's packets loop.
class Endpoints {
 public:
  void note(std::string_view text, Facts& facts);

 private:
  std::string server_, remote_;
};

class Attempt {
 public:
  static constexpr size_t kMaxUnusual = 12;

  Attempt(const RuleBase& rules, uint64_t first_line);
  // Reuses the memory of another attempt, because a log may hold a million attempts.
  Attempt(Attempt&& over, uint64_t first_line);

  void note(const LogLine& line, const std::vector<int>& matches);
  // Whether a line that begins an attempt would begin a new one, rather than belong to this one.
  bool is_over_or_far(const std::vector<int>& matches) const;

  Stage stage() const { return stage_; }
  const SourceLine& proof(Stage stage) const { return proofs_[static_cast<size_t>(stage)]; }
  Link link() const { return link_; }
  bool foreign() const { return link_ != Link::unknown && link_ != Link::pptp; }
  bool ended() const { return ended_; }
  bool ended_by_us() const { return ended_by_us_; }
  bool ended_by_client() const { return at_server_ && ended_by_peer_; }
  Traffic traffic() const { return traffic_; }
  bool supervised() const { return supervised_; }  // a program waited for the tunnel
  uint64_t retries() const { return retries_; }    // announcements of the next attempt
  const Facts& facts() const { return facts_; }
  const Hit* hit(size_t pattern) const;
  const std::vector<SourceLine>& unusual() const { return unusual_; }
  uint64_t first_line() const { return first_line_; }
  uint64_t last_line() const { return last_line_; }
  uint32_t pid = 0;  // pppd's; 0: not known

 private:
  void note_packet(const Packet& packet, const LogLine& line);
  void note_marker(const Marker& marker, const LogLine& line);
  void note_event(Marker::Event event, uint32_t times);
  void note_failure_code(std::string_view text);
  void note_ras_error(std::string_view text);
  void note_traffic(std::string_view text);
  void reach(Stage stage, const LogLine& line);

  const RuleBase* rules_;
  Facts facts_;
  Conversation conversation_;
  Endpoints endpoints_;
  std::vector<Hit> hits_;  // of each pattern
  std::array<SourceLine, kStages> proofs_;
  std::vector<SourceLine> unusual_;
  Stage stage_ = Stage::none;
  Link link_ = Link::unknown;
  Traffic traffic_ = Traffic::unknown;
  bool ended_ = false, ended_by_us_ = false, ended_by_peer_ = false;
  bool supervised_ = false, at_server_ = false;
  uint64_t first_line_, last_line_, retries_ = 0;
};

}  // namespace callgate::diagnose
