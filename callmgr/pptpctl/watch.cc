// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl watch: shows the table again and again, with rates. On a terminal each table replaces the
// last one; elsewhere each is added, and every line begins with the time. With --json, each line is
// an object.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <utility>

#include "callmgr/pptpctl/commands.hh"
#include "callmgr/pptpctl/print/render.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

constexpr auto kDefaultInterval = "2";
constexpr auto kUtc = "{:%Y-%m-%dT%H:%M:%SZ}";
// Control sequences of all terminals: move to the first place, clear the rest of the line, clear
// the rest of the screen.
constexpr auto kHome = "\x1b[H", kClearLine = "\x1b[K", kClearRest = "\x1b[J";

Lines picture(const Snapshot& now, const Snapshot& before, Duration interval) {
  auto calls = all_calls(now).size();
  Lines lines{fmt::format("{:%H:%M:%S}  {} call{}, every {}s; Ctrl-C quits",
                          fmt::localtime(std::time(nullptr)), calls, calls == 1 ? "" : "s",
                          std::chrono::duration<double>(interval).count()),
              ""};
  auto table = now.running ? watch_lines(now, before) : Lines{"no call manager is running"};
  lines.insert(lines.end(), table.begin(), table.end());
  return lines;
}

// The watch goes on if the manager ends.
Lines next_picture(Snapshot& now, Duration interval) try {
  auto before = std::exchange(now, fetch_snapshot());
  return picture(now, before, interval);
} catch (const OsError& error) {
  return {fmt::format("cannot {}", error.what())};
}

// Draws what the terminal has room for, and leaves its last row to the cursor.
void draw(Lines lines) {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row < 2 || size.ws_col == 0)
    size = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  size_t room = size.ws_row - 1u;
  if (lines.size() > room) {
    auto more = fmt::format("... and {} more lines", lines.size() - room + 1);
    lines.resize(room - 1);
    lines.push_back(more);
  }
  std::string text = kHome;
  for (const auto& line : lines) text += line.substr(0, size.ws_col) + kClearLine + "\n";
  fmt::print("{}{}", text, kClearRest);
}

int watch_on_terminal(Duration interval) {
  auto now =
      fetch_snapshot();  // an error here comes before the first picture, and ends the program
  draw(picture(now, {}, interval));
  while (std::fflush(stdout) == 0) {
    poll(nullptr, 0, static_cast<int>(interval.count()));
    draw(next_picture(now, interval));
  }
  return kFailed;
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

int watch_as_json(Duration interval) {
  Snapshot before;
  while (true) {
    auto now = fetch_snapshot();
    auto time = fmt::format(kUtc, fmt::gmtime(std::time(nullptr)));
    fmt::print("{}\n", watch_json(now, before, time));
    if (std::fflush(stdout) != 0) return kFailed;
    before = std::move(now);
    poll(nullptr, 0, static_cast<int>(interval.count()));
  }
}

}  // namespace

int watch_command(const Arguments& arguments) {
  const auto& words = arguments.operands();
  auto interval = arguments.interval_from(words.empty() ? kDefaultInterval : words[0]);
  if (arguments.has("json")) return watch_as_json(interval);
  return isatty(STDOUT_FILENO) ? watch_on_terminal(interval) : watch_as_lines(interval);
}

}  // namespace callgate
