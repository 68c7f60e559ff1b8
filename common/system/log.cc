// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/system/log.hh"

#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/system/unique_fd.hh"
#include "common/wire/one_line.hh"

namespace callgate::log {
namespace {

struct LevelName {
  Level level;
  std::string_view name;
};
constexpr LevelName kLevels[] = {{Level::error, "error"},
                                 {Level::warning, "warning"},
                                 {Level::notice, "notice"},
                                 {Level::debug, "debug"}};

Settings settings;
UniqueFd journal;  // empty if syslog is used
bool has_stderr = true;

void to_journal(Level level, const std::string& text, const std::vector<Field>& more) {
  std::vector<Field> fields{{"MESSAGE", text},
                            {"PRIORITY", std::to_string(static_cast<int>(level))},
                            {"SYSLOG_IDENTIFIER", settings.ident},
                            {"SYSLOG_FACILITY", std::to_string(LOG_DAEMON >> 3)},
                            {"SYSLOG_PID", std::to_string(getpid())}};
  for (const auto& [name, value] : more) fields.push_back({name, on_one_line(value)});
  // A journal that restarts keeps its socket. If the journal is gone for good, nobody can be told.
  send_datagram(journal.get(), kJournalSocket, journal_entry(fields));
}

}  // namespace

std::string_view name(Level level) {
  for (const auto& row : kLevels)
    if (row.level == level) return row.name;
  return "unknown";
}

std::vector<std::string_view> level_names() {
  std::vector<std::string_view> names;
  for (const auto& row : kLevels) names.push_back(row.name);
  return names;
}

std::optional<Level> level_named(std::string_view name) {
  for (const auto& row : kLevels)
    if (row.name == name) return row.level;
  return std::nullopt;
}

std::optional<Level> level_of(unsigned number) {
  for (const auto& row : kLevels)
    if (static_cast<unsigned>(row.level) == number) return row.level;
  return std::nullopt;
}

void open(Settings wanted) {
  tzset();  // later the sandbox keeps syslog() from reading the time zone's file
  settings = std::move(wanted);
  journal.reset(access(kJournalSocket, W_OK) == 0 ? open_datagram_socket() : -1);
  if (!journal) openlog(settings.ident.c_str(), LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

void close() {
  closelog();
  journal.reset();
}

void reopen() {
  open(std::exchange(settings, {}));
}

void copy_to(int fd) {
  settings.copy = fd;
}

int copied_to() {
  return settings.copy;
}

Level verbosity() {
  return settings.verbosity;
}

// The line is written while the more verbose of both levels is in force. Otherwise the log might
// miss the change.
void set_verbosity(Level level) {
  if (level == settings.verbosity) return;
  auto before = settings.verbosity;
  settings.verbosity = std::max({before, level, Level::notice});
  notice("log level: {} -> {}", name(before), name(level));
  settings.verbosity = level;
}

bool wants(Level level) {
  return level <= settings.verbosity;
}

void write(Level level, std::string_view text, const std::vector<Field>& fields) {
  if (!wants(level)) return;
  // The last defence if a caller forgets printable(). Unlike printable() it leaves text alone that
  // is printable already.
  auto line = on_one_line(settings.name.empty() ? std::string(text)
                                                : fmt::format("{}: {}", settings.name, text));
  if (journal)
    to_journal(level, line, fields);
  else
    syslog(static_cast<int>(level), "%s", line.c_str());
  if (settings.copy >= 0) {
    auto copied = line + "\n";
    if (::write(settings.copy, copied.data(), copied.size()) < 0) settings.copy = -1;
    return;
  }
  if (level > settings.to_stderr || !has_stderr) return;
  auto shown = fmt::format("{}[{}]: {}\n", settings.ident, getpid(), line);
  // If the reader has gone away, nobody can be told, and we go on.
  if (::write(STDERR_FILENO, shown.data(), shown.size()) < 0) return;
}

void leave_stderr() {
  if (std::exchange(has_stderr, false)) ::close(STDERR_FILENO);
}

}  // namespace callgate::log
