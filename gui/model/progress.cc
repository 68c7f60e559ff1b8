// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/progress.hh"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <ctime>

#include "gui/model/json.hh"
#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

constexpr size_t kMeanings = 1000;

std::optional<Event::Kind> parse_kind(const std::string& name) {
  if (name == "attempt") return Event::Kind::attempt;
  if (name == "stage") return Event::Kind::stage;
  if (name == "up") return Event::Kind::up;
  if (name == "finding") return Event::Kind::finding;
  if (name == "retry") return Event::Kind::retry;
  if (name == "down") return Event::Kind::down;
  return std::nullopt;
}

// 2026-11-27T12:03:04.567Z
std::optional<double> parse_time(const std::string& text) {
  std::tm time{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  if (!rest) return std::nullopt;
  double seconds = static_cast<double>(timegm(&time)), unit = 1;
  if (*rest == '.')
    while (std::isdigit(static_cast<unsigned char>(*++rest)))
      seconds += (*rest - '0') * (unit /= 10);
  return seconds;
}

}  // namespace

std::optional<Event> parse_event(std::string_view line) {
  auto object = parse_json(line);
  auto kind = parse_kind(text(object, "event"));
  if (!kind) return std::nullopt;
  Event event;
  event.kind = *kind;
  event.stage = text(object, "stage");
  event.detail = text(object, "detail");
  event.line = text(object, "text");
  event.time = parse_time(text(object, "time"));
  event.interface = text(object, "interface");
  event.local = text(object, "local");
  event.remote = text(object, "remote");
  event.finding = parse_finding(member(object, "finding"));
  event.healthy = text(object, "verdict") == "healthy";
  return event;
}

const char* mark(Stage::Mark mark) {
  switch (mark) {
    case Stage::Mark::ahead: return "[ ]";
    case Stage::Mark::running: return "[~]";
    case Stage::Mark::done: return "[v]";
    case Stage::Mark::failed: return "[!]";
  }
  return "";
}

std::string word(Stage::Mark mark) {
  switch (mark) {
    case Stage::Mark::ahead: return _("not yet");
    case Stage::Mark::running: return _("in progress");
    case Stage::Mark::done: return _("done");
    case Stage::Mark::failed: return _("failed");
  }
  return "";
}

Progress::Progress(bool encryption, bool networks) : encryption_(encryption), networks_(networks) {
  restart();
}

void Progress::restart() {
  struct Row {
    const char* name;
    const char* title;
    bool wanted;
  };
  const Row kRows[] = {
      {"control", _("Server reached"), true},          {"call", _("Call accepted"), true},
      {"lcp-heard", _("Packets pass"), true},          {"lcp-up", _("Link agreed"), true},
      {"authenticated", _("Password accepted"), true}, {"mppe", _("Encrypted"), encryption_},
      {"ipcp", _("Address received"), true},           {"routes", _("Routes set"), networks_}};
  stages_.clear(), names_.clear();
  for (const auto& row : kRows) {
    if (!row.wanted) continue;
    stages_.push_back({row.title, Stage::Mark::ahead, "", {}});
    names_.push_back(row.name);
  }
  reached_ = 0;
  last_time_.reset();
  findings_.clear();
  interface_.clear(), local_.clear(), remote_.clear();
}

void Progress::begin() {
  restart();
  attempts_ = 0;
  state_ = TunnelState::connecting;
  stages_[0].mark = Stage::Mark::running;
}

void Progress::settle() {
  if (state_ == TunnelState::connecting) fail();
}

void Progress::end() {
  if (state_ != TunnelState::failed) state_ = TunnelState::off;
  restart();
}

void Progress::add(const Event& event) {
  remember(event.line, event.detail);
  switch (event.kind) {
    case Event::Kind::attempt:
      restart();
      ++attempts_;
      state_ = TunnelState::connecting;
      stages_[0].mark = Stage::Mark::running;
      last_time_ = event.time;
      break;
    case Event::Kind::stage: reach(event); break;
    case Event::Kind::up: up(event); break;
    case Event::Kind::finding: found(event.finding); break;
    case Event::Kind::retry: break;
    case Event::Kind::down: event.healthy ? end() : fail(); break;
  }
}

void Progress::reach(const Event& event) {
  // pppd does not always log its own word for "addresses are agreed on".
  const auto& name = event.stage == "ip-up" ? "ipcp" : event.stage;
  auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return;
  auto index = static_cast<size_t>(found - names_.begin());
  if (index < reached_) return;
  for (size_t i = reached_; i < index; ++i) {
    bool without = names_[i] == "mppe";
    stages_[i].mark = without ? Stage::Mark::failed : Stage::Mark::done;
    if (without) stages_[i].detail = _("not encrypted");
  }
  auto& stage = stages_[index];
  stage.mark = Stage::Mark::done;
  stage.detail = event.detail;
  if (event.time && last_time_)
    stage.milliseconds = std::lround((*event.time - *last_time_) * 1000);
  if (event.time) last_time_ = event.time;
  reached_ = index + 1;
  // A short attempt can be over before its log is read.
  if (reached_ < stages_.size())
    stages_[reached_].mark =
        state_ == TunnelState::failed ? Stage::Mark::failed : Stage::Mark::running;
}

void Progress::up(const Event& event) {
  interface_ = event.interface;
  local_ = event.local;
  remote_ = event.remote;
  state_ = TunnelState::connected;
  auto address = std::find(names_.begin(), names_.end(), "ipcp");
  auto& stage = stages_[static_cast<size_t>(address - names_.begin())];
  if (stage.mark == Stage::Mark::done && !local_.empty())
    stage.detail = fill(_("{} on {}"), local_, interface_);
}

void Progress::fail() {
  if (state_ == TunnelState::connecting)
    for (auto& stage : stages_)
      if (stage.mark == Stage::Mark::running) stage.mark = Stage::Mark::failed;
  state_ = TunnelState::failed;
}

void Progress::found(const Finding& finding) {
  findings_.clear();
  if (!finding.rule.empty()) findings_.push_back(finding);
  for (const auto& line : finding.lines) remember(line, finding.title);
}

void Progress::remember(const std::string& line, const std::string& meaning) {
  if (line.empty() || meaning.empty() || line == meaning) return;
  if (meanings_.size() == kMeanings) meanings_.erase(meanings_.begin());
  meanings_.emplace_back(line, meaning);
}

std::string Progress::meaning(const std::string& line) const {
  for (auto entry = meanings_.rbegin(); entry != meanings_.rend(); ++entry)
    if (line.ends_with(entry->first)) return entry->second;
  return "";
}

std::string sentence(const Tunnel& tunnel, const Progress& progress) {
  switch (tunnel.state) {
    case TunnelState::off: return _("Not connected.");
    case TunnelState::connecting:
      return progress.attempt() > 1 ? fill(_("Connecting, attempt {}."), progress.attempt())
                                    : std::string(_("Connecting."));
    case TunnelState::connected:
      return tunnel.peer.empty() ? fill(_("Connected on {}."), tunnel.interface)
                                 : fill(_("Connected on {}, {} to {}."), tunnel.interface,
                                        tunnel.address, tunnel.peer);
    case TunnelState::failed: break;
  }
  auto why = progress.findings().empty() ? tunnel.failure : progress.findings().front().title;
  return why.empty() ? std::string(_("Not connected: no known cause matches the log."))
                     : fill(_("Not connected: {}."), why);
}

}  // namespace callgate::gui
