// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl watch: the table again and again, with rates; in place on a terminal, else line by line.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <utility>

#include "callmgr/pptpctl/pptpctl.hh"
#include "callmgr/pptpctl/print/render.hh"
#include "callmgr/pptpctl/screen.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

constexpr auto kDefaultInterval = "2";
constexpr auto kUtc = "{:%Y-%m-%dT%H:%M:%SZ}";

Lines picture(const Snapshot& now, const Snapshot& before, Duration interval) {
  auto calls = all_calls(now).size();
  Lines lines{
      fmt::format("{:%H:%M:%S}  {} call{}, every {}s; q quits", fmt::localtime(std::time(nullptr)),
                  calls, calls == 1 ? "" : "s", std::chrono::duration<double>(interval).count()),
      ""};
  auto table = now.running ? watch_lines(now, before) : Lines{"no call manager is running"};
  lines.insert(lines.end(), table.begin(), table.end());
  return lines;
}

// A manager that has just gone is no reason to end.
Lines next_picture(Snapshot& now, Duration interval) try {
  auto before = std::exchange(now, fetch_snapshot());
  return picture(now, before, interval);
} catch (const OsError& error) {
  return {fmt::format("cannot {}", error.what())};
}

int watch_on_screen(Duration interval) {
  auto now = fetch_snapshot();  // what fails at once is said on the terminal as it is
  Screen screen;
  auto lines = picture(now, {}, interval);
  auto next = Clock::now() + interval;
  while (true) {
    screen.draw(lines);
    auto left = std::chrono::ceil<Duration>(next - Clock::now());
    auto event = screen.wait(std::max(left, Duration(0)));
    if (event == Screen::Event::quit) return 0;
    if (event == Screen::Event::redraw) continue;
    lines = next_picture(now, interval);
    next = Clock::now() + interval;
  }
}

int watch_as_lines(Duration interval) {
  Snapshot before;
  for (bool first = true;; first = false) {
    auto now = fetch_snapshot();
    auto time = fmt::format(kUtc, fmt::gmtime(std::time(nullptr)));
    auto lines = watch_lines(now, before, first);
    for (size_t i = 0; i < lines.size(); i++) {
      bool headings = first && i == 0 && lines.size() > 1;
      fmt::print("{:<20}  {}\n", headings ? "TIME" : time, lines[i]);
    }
    if (std::fflush(stdout) != 0) return kFailed;
    before = std::move(now);
    poll(nullptr, 0, static_cast<int>(interval.count()));
  }
}

}  // namespace

int watch_command(const Arguments& arguments) {
  const auto& words = arguments.operands();
  auto interval = interval_from(arguments, words.empty() ? kDefaultInterval : words[0]);
  return isatty(STDOUT_FILENO) ? watch_on_screen(interval) : watch_as_lines(interval);
}

}  // namespace callgate
