// SPDX-License-Identifier: GPL-2.0-or-later
// The file that says that a tunnel is up: /run/callgate-TUNNEL.up. It exists after the scripts of
// ip-up have set addresses, routes and name servers; ip-up.d/callgate-up writes it. Each line has a
// word and a value. A network that they could not set is named too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace callgate {

struct UpFile {
  std::string interface, address, peer, server;  // the server as it was given
  std::string dns;                               // the server's name servers, separated by blanks
  std::vector<std::string> terminals;            // that pppd has open, as /dev/pts/3
  std::vector<std::string> missing;              // networks of the tunnel that do not go through it
  uint32_t index = 0;    // of the interface: a file of another interface is out of date
  uint32_t process = 0;  // pid of pppd, or of the tunnel process
};

// Returns nullopt if the tunnel cannot have such a file: its name has characters that pptpsetup
// refuses.
std::optional<std::string> up_file_path(const std::string& tunnel);
// Returns nullopt if the text names no interface.
std::optional<UpFile> parse_up_file(const std::string& text);
// The same, of a tunnel. Returns nullopt also for a file that a killed tunnel has left.
std::optional<UpFile> read_up_file(const std::string& path);

}  // namespace callgate
