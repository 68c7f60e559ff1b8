// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/journal.hh"

#include <fmt/format.h>
#include <systemd/sd-journal.h>

#include <algorithm>
#include <memory>
#include <string>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

constexpr const char* kIdentifiers[] = {
    "pppd",         "pptp",           "pptpd",           "pptpctrl",
    "kernel",       "NetworkManager", "nm-pptp-service", "systemd",
    "pptp-callmgr", "pptp-gre",       "modprobe",        "xl2tpd"};

struct CloseJournal {
  void operator()(sd_journal* journal) const { sd_journal_close(journal); }
};
using Journal = std::unique_ptr<sd_journal, CloseJournal>;

// libsystemd returns a negative error number.
void check_journal(int result, const char* what) {
  if (result < 0) throw OsError(-result, what);
}

Journal open_journal() {
  sd_journal* raw = nullptr;
  check_journal(sd_journal_open(&raw, SD_JOURNAL_LOCAL_ONLY), "open the journal");
  return Journal(raw);
}

void select_entries(sd_journal* journal) {
  sd_id128_t boot;
  check_journal(sd_id128_get_boot(&boot), "get the id of this boot");
  auto match = [&](const std::string& text) {
    check_journal(sd_journal_add_match(journal, text.data(), text.size()),
                  "select entries of the journal");
  };
  match(fmt::format("_BOOT_ID={:02x}", fmt::join(boot.bytes, "")));
  check_journal(sd_journal_add_conjunction(journal), "select entries of the journal");
  for (auto* identifier : kIdentifiers) match(std::string("SYSLOG_IDENTIFIER=") + identifier);
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

}  // namespace callgate
