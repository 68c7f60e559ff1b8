// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/journal.hh"

#include <fmt/format.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

constexpr const char* kIdentifiers[] = {
    "pppd",         "pptp",           "pptpd",           "pptpctrl",
    "kernel",       "NetworkManager", "nm-pptp-service", "systemd",
    "pptp-callmgr", "pptp-gre",       "modprobe",        "xl2tpd"};

// The scripts of all tunnels. Their messages begin with the tunnel's name.
constexpr std::string_view kScripts = "callgate-routes";

using Journal = std::unique_ptr<sd_journal, void (*)(sd_journal*)>;

// libsystemd returns a negative error number.
void check_journal(int result, const char* what) {
  if (result < 0) throw OsError(-result, what);
}

Journal open_journal() {
  sd_journal* raw = nullptr;
  check_journal(sd_journal_open(&raw, SD_JOURNAL_LOCAL_ONLY), "open the journal");
  return {raw, sd_journal_close};
}

constexpr auto kSelect = "select entries of the journal";

void match(sd_journal* journal, const std::string& text) {
  check_journal(sd_journal_add_match(journal, text.data(), text.size()), kSelect);
}

void select_entries(sd_journal* journal) {
  sd_id128_t boot;
  check_journal(sd_id128_get_boot(&boot), "get the id of this boot");
  match(journal, fmt::format("_BOOT_ID={:02x}", fmt::join(boot.bytes, "")));
  check_journal(sd_journal_add_conjunction(journal), kSelect);
  for (auto* identifier : kIdentifiers)
    match(journal, std::string("SYSLOG_IDENTIFIER=") + identifier);
}

std::string field(sd_journal* journal, const char* name) {
  const void* data = nullptr;
  size_t size = 0;
  if (sd_journal_get_data(journal, name, &data, &size) < 0) return {};
  std::string_view text(static_cast<const char*>(data), size);
  auto equals = text.find('=');
  return std::string(text.substr(equals == text.npos ? text.size() : equals + 1));
}

std::string line_of(sd_journal* journal) {
  auto pid = field(journal, "SYSLOG_PID");
  if (pid.empty()) pid = field(journal, "_PID");
  auto message = field(journal, "MESSAGE");
  std::replace(message.begin(), message.end(), '\n', ' ');
  auto who = field(journal, "SYSLOG_IDENTIFIER");
  if (pid.empty()) return fmt::format("{}: {}\n", who, message);
  return fmt::format("{}[{}]: {}\n", who, pid, message);
}

// As systemd-escape writes it: systemd would read a - as a /.
std::string unit_of(const std::string& tunnel) {
  std::string escaped;
  for (char c : tunnel) escaped += c == '-' ? "\\x2d" : std::string(1, c);
  return "pptp@" + escaped + ".service";
}

// The id of the last start of a unit, or "". systemd keeps it as the target of a link.
std::string invocation_of(const std::string& unit) {
  std::error_code error;
  return std::filesystem::read_symlink("/run/systemd/units/invocation:" + unit, error).string();
}

// Without these rights the journal is empty, which looks as if nothing had been logged.
void require_readable() {
  for (auto* place : {"/var/log/journal", "/run/log/journal"}) {
    std::error_code error;
    for (const auto& machine : std::filesystem::directory_iterator(place, error)) {
      auto file = machine.path() / "system.journal";
      if (access(file.c_str(), F_OK) == 0 && access(file.c_str(), R_OK) != 0)
        throw OsError(EACCES,
                      "read the system's journal (be root, or a member of the group adm or "
                      "systemd-journal)");
    }
  }
}

// Goes to the first line of the unit's last start. Without one, only what comes later is read.
void seek_to_start(sd_journal* journal, const std::string& unit) {
  uint64_t time = 0;
  auto invocation = invocation_of(unit);
  if (!invocation.empty()) {
    match(journal, "_SYSTEMD_INVOCATION_ID=" + invocation);
    check_journal(sd_journal_seek_head(journal), "read the journal");
    if (sd_journal_next(journal) > 0) sd_journal_get_realtime_usec(journal, &time);
    sd_journal_flush_matches(journal);
  }
  match(journal, "_SYSTEMD_UNIT=" + unit);
  check_journal(sd_journal_add_disjunction(journal), kSelect);
  // Any user may write these fields, so it must be systemd, and root.
  match(journal, "UNIT=" + unit);
  match(journal, "_PID=1");
  check_journal(sd_journal_add_disjunction(journal), kSelect);
  // The script may have exited before the journal asks which unit it is from.
  match(journal, fmt::format("SYSLOG_IDENTIFIER={}", kScripts));
  match(journal, "_UID=0");
  if (time) {
    check_journal(sd_journal_seek_realtime_usec(journal, time), "read the journal");
    return;
  }
  check_journal(sd_journal_seek_tail(journal), "read the journal");
  check_journal(sd_journal_previous(journal), "read the journal");
}

}  // namespace

void read_journal(const std::function<void(std::string_view)>& sink) {
  auto journal = open_journal();
  select_entries(journal.get());
  while (true) {
    int more = sd_journal_next(journal.get());
    check_journal(more, "read the journal");
    if (more == 0) return;
    sink(line_of(journal.get()));
  }
}

void TunnelJournal::Close::operator()(sd_journal* journal) const {
  sd_journal_close(journal);
}

TunnelJournal::TunnelJournal(const std::string& tunnel) : tunnel_(tunnel) {
  journal_.reset(open_journal().release());
  require_readable();
  seek_to_start(journal_.get(), unit_of(tunnel));
}

bool TunnelJournal::next(Entry& entry) {
  auto* journal = journal_.get();
  while (true) {
    int more = sd_journal_next(journal);
    check_journal(more, "read the journal");
    if (more == 0) return false;
    uint64_t time = 0;
    check_journal(sd_journal_get_realtime_usec(journal, &time), "read the journal");
    entry = {line_of(journal),
             std::chrono::system_clock::time_point(std::chrono::microseconds(time))};
    bool script = field(journal, "SYSLOG_IDENTIFIER") == kScripts;
    if (!script || field(journal, "MESSAGE").starts_with(tunnel_ + ": ")) return true;
  }
}

void TunnelJournal::wait(std::chrono::milliseconds most) {
  auto time = static_cast<uint64_t>(std::chrono::microseconds(most).count());
  check_journal(sd_journal_wait(journal_.get(), time), "wait for the journal");
}

}  // namespace callgate
