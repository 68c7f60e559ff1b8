// SPDX-License-Identifier: GPL-2.0-or-later
// What every process says to systemd: log entries to the journal, and its state to its service
// manager. Both are one datagram of lines to a socket ("Native Journal Protocol" and sd_notify(3)
// in systemd's documentation).
//
// Not by libsystemd: it brings libgcrypt, liblzma, libzstd, liblz4 and libcap into the process,
// which no process with a raw socket should have to trust, and which took a quarter of the start of
// pptp and of pptp-gre and a third of each tunnel's memory (doc/data-path.md). The call manager and
// pptpctl, which need more than two kinds of datagrams, use it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace callgate {

struct JournalField {
  std::string_view name;  // A-Z, 0-9 and _
  std::string value;
};

// The datagram. A value with a line feed goes with its length, as it is.
std::string journal_entry(const std::vector<JournalField>& fields);

// Where the journal listens.
constexpr const char* kJournalSocket = "/run/systemd/journal/socket";

// A datagram socket that may be sent from when no file can be opened any more, or -1.
int open_datagram_socket();

// One datagram to a socket's path; '@' begins an abstract name. False if nobody has taken it.
bool send_datagram(int socket, std::string_view path, std::string_view text);

// "STATUS=...": to the service manager of $NOTIFY_SOCKET, if there is one.
void notify_status(std::string_view status);

}  // namespace callgate
