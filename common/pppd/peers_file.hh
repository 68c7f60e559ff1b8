// SPDX-License-Identifier: GPL-2.0-or-later
// /etc/ppp/peers/NAME: the options that it gives to pppd, and the command of its option pty.
#pragma once

#include <map>

#include "common/pppd/option_files.hh"

namespace callgate {

// The command that pppd gives to a shell. Other programs may start pptp ("exec", "sudo", "sh -c"),
// and other commands may follow it.
struct PtyCommand {
  std::vector<std::string> before;  // the words before pptp
  std::vector<std::string> pptp;    // pptp, and the words after it
  bool followed = false;            // by another command
};

PtyCommand pty_command(std::string_view command);

struct PeersFile {
  struct Option {
    PppdWord value;    // empty if it takes none
    size_t place = 0;  // counts the options in the order in which pppd reads them
  };

  std::string path;
  int error = 0;  // errno if it could not be read
  std::string text;
  std::vector<ReadOption> read;           // in the order in which pppd reads them
  std::map<std::string, Option> options;  // the last of each
  std::vector<std::string> pty;           // pptp in its pty command, and the words after it

  bool has(const std::string& option) const { return options.count(option) > 0; }
  // Whether it is there, and `other` does not come after it: of two such options pppd takes the
  // last.
  bool has_after(const std::string& option, const std::string& other) const;
  std::string value(const std::string& option) const;
  // The one in the pty command, or of the kernel's plugin; may be empty.
  std::string server() const;
  // pppd's plugin pptp.so makes the call, in the kernel and without pptp.
  bool has_kernel_plugin() const { return has("pptp_server") && !has("pty"); }
  bool pty_has(const std::string& option) const;  // "--sync"
};

// Also reads the files that it names by `file` and `call`.
PeersFile parse_peers(const std::string& path, const OptionLoader& load);

}  // namespace callgate
