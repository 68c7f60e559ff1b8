// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/log.hh"

#include <sys/uio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

namespace callgate::log {
namespace {

constexpr const char* kJournalSocket = "/run/systemd/journal/socket";

Settings settings;
bool journal = false;

// The last lock on the door, behind printable(): whoever forgot that cannot forge a line or drive a
// terminal. Unlike printable() it leaves what is printable already as it is.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      line += fmt::format("\\x{:02x}", byte);
    else
      line += c;
  }
  return line;
}

void to_journal(Level level, const std::string& text, const std::vector<Field>& fields) {
  std::vector<std::string> entries{
      "MESSAGE=" + text, fmt::format("PRIORITY={}", static_cast<int>(level)),
      "SYSLOG_IDENTIFIER=" + settings.ident, fmt::format("SYSLOG_FACILITY={}", LOG_DAEMON >> 3),
      fmt::format("SYSLOG_PID={}", getpid())};
  for (const auto& field : fields) entries.push_back(fmt::format("{}={}", field.name, field.value));
  std::vector<iovec> vectors;
  for (auto& entry : entries) vectors.push_back({entry.data(), entry.size()});
  sd_journal_sendv(vectors.data(), static_cast<int>(vectors.size()));
}

}  // namespace

void open(Settings wanted) {
  tzset();  // syslog() would read the time zone's file when that is out of reach already
  settings = std::move(wanted);
  journal = access(kJournalSocket, W_OK) == 0;
  if (!journal) openlog(settings.ident.c_str(), LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

bool wants(Level level) {
  return level <= settings.verbosity;
}

void write(Level level, std::string_view text, const std::vector<Field>& fields) {
  if (!wants(level)) return;
  auto line = on_one_line(settings.name.empty() ? std::string(text)
                                                : fmt::format("{}: {}", settings.name, text));
  if (journal)
    to_journal(level, line, fields);
  else
    syslog(static_cast<int>(level), "%s", line.c_str());
  if (level > settings.to_stderr) return;
  auto shown = fmt::format("{}[{}]: {}\n", settings.ident, getpid(), line);
  // A reader that went away must not stop us: there is nobody left to tell.
  if (::write(STDERR_FILENO, shown.data(), shown.size()) < 0) return;
}

}  // namespace callgate::log
