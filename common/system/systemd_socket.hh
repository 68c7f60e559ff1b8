// SPDX-License-Identifier: GPL-2.0-or-later
// Sends log entries to the journal, and the state of a process to its service manager. Each is one
// datagram of lines to a socket ("Native Journal Protocol" and sd_notify(3) in systemd's
// documentation).
//
// This does not use libsystemd, because libsystemd brings libgcrypt, liblzma, libzstd, liblz4 and
// libcap into the process. A process with a raw socket should not have to trust these. They also
// took a quarter of the start of pptp and of pptp-gre, and a third of each tunnel's memory
// (doc/data-path.md). The call manager and pptpctl use libsystemd, because they need more of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace callgate {

struct JournalField {
  std::string_view name;  // A-Z, 0-9 and _
  std::string value;
};

// Makes the datagram. A value with a line feed goes unchanged, after its length.
std::string journal_entry(const std::vector<JournalField>& fields);

// The journal listens here.
constexpr const char* kJournalSocket = "/run/systemd/journal/socket";

// Returns a datagram socket, or -1. It still works when the process can open no files any more.
int open_datagram_socket();

// Sends one datagram to a socket's path. '@' begins an abstract name. Returns false if nobody has
// received it.
bool send_datagram(int socket, std::string_view path, std::string_view text);

// Sends lines of sd_notify(3), like "READY=1", to the service manager of $NOTIFY_SOCKET, if there
// is one.
void notify_service_manager(std::string_view lines);

// Sends "STATUS=..." to the service manager of $NOTIFY_SOCKET, if there is one.
void notify_status(std::string_view status);

}  // namespace callgate
