// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl follow: tells the stages of a tunnel from its log, and why it fails. See
// callmgr/diagnose/follower.hh.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "callmgr/diagnose/follower.hh"
#include "callmgr/diagnose/report/json.hh"
#include "callmgr/diagnose/report/text.hh"
#include "callmgr/pptpctl/commands.hh"
#include "callmgr/pptpctl/could_not_tell.hh"
#include "callmgr/pptpctl/journal.hh"
#include "callmgr/pptpctl/log_file.hh"
#include "common/system/os_error.hh"
#include "common/wire/bytes.hh"

namespace callgate {
namespace {

using namespace diagnose;
using Time = std::chrono::system_clock::time_point;

std::string text_of(Time time) {
  auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(milliseconds / 1000),
                     milliseconds % 1000);
}

// Prints events, each at once.
class Printer {
 public:
  Printer(std::string tunnel, bool json) : tunnel_(std::move(tunnel)), json_(json) {}

  // The time of the lines that come next; nullopt: not known.
  void at(std::optional<Time> time) { time_ = time; }
  void print(const Event& event) {
    if (event.kind == Event::Kind::attempt) begin_ = time_;
    if (json_) {
      fmt::print("{}", json_event(event, tunnel_, time_ ? text_of(*time_) : ""));
    } else {
      std::optional<double> seconds;
      if (time_ && begin_) seconds = std::chrono::duration<double>(*time_ - *begin_).count();
      fmt::print("{}", text_event(event, seconds));
    }
    check(std::fflush(stdout), "write to standard output");
  }

 private:
  std::string tunnel_;
  bool json_;
  std::optional<Time> time_, begin_;
};

// How long to wait for a line before what the last lines show is told. -1: for ever.
class Settling {
 public:
  int timeout(bool unsettled) {
    auto now = std::chrono::steady_clock::now();
    if (!unsettled) return due_ = {}, -1;
    if (!due_) due_ = now + Follower::kSettle;
    auto left = std::chrono::ceil<std::chrono::milliseconds>(*due_ - now).count();
    return static_cast<int>(std::max<int64_t>(left, 0));
  }
  // Whether it is time to tell it, although lines may go on coming.
  bool due() const { return due_ && std::chrono::steady_clock::now() >= *due_; }

 private:
  std::optional<std::chrono::steady_clock::time_point> due_;
};

void follow_log(const std::string& name, Follower& follower, Printer& printer) {
  auto log = open_log(name);
  struct stat file {};
  check(fstat(log.get(), &file), "read {}", name);
  bool live = !S_ISREG(file.st_mode);
  std::vector<char> buffer(1 << 16);
  Settling settling;
  while (true) {
    pollfd event{log.get(), POLLIN, 0};
    int ready = live ? poll(&event, 1, settling.timeout(follower.unsettled())) : 1;
    if (ready < 0 && errno != EINTR) check(ready, "wait for {}", name);
    if (live) printer.at(std::chrono::system_clock::now());
    if (live && settling.due()) follower.settle();
    if (ready <= 0) continue;
    auto size = read(log.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    check(static_cast<int>(size), "read {}", name);
    if (size == 0) return;
    follower.push({buffer.data(), static_cast<size_t>(size)});
  }
}

[[noreturn]] void follow_unit(const std::string& tunnel, Follower& follower, Printer& printer) {
  TunnelJournal journal(tunnel);
  TunnelJournal::Entry entry;
  Settling settling;
  while (true) {
    if (settling.due()) {
      printer.at(std::chrono::system_clock::now());
      follower.settle();
    }
    int timeout = settling.timeout(follower.unsettled());
    if (journal.next(entry)) {
      printer.at(entry.time);
      follower.push(entry.line);
    } else {
      constexpr int kLong = 3'600'000;  // ms
      journal.wait(std::chrono::milliseconds(timeout < 0 ? kLong : timeout));
    }
  }
}

int follow(const Arguments& arguments) {
  const auto& words = arguments.operands();
  if (words.empty() == !arguments.has("log"))
    throw UsageError{"follow: takes one of TUNNEL and --log FILE"};
  auto tunnel = words.empty() ? "" : words[0];
  auto rules = RuleBase::load(arguments.has("rules") ? arguments.value("rules")
                                                     : std::string(CALLGATE_RULES_DIR));
  Printer printer(tunnel, arguments.has("json"));
  Follower follower(rules, [&](const Event& event) { printer.print(event); });
  if (!tunnel.empty()) follow_unit(tunnel, follower, printer);
  follow_log(arguments.value("log"), follower, printer);
  return static_cast<int>(follower.finish().report().verdict);
}

}  // namespace

int follow_command(const Arguments& arguments) {
  return tell([&] { return follow(arguments); });
}

}  // namespace callgate
