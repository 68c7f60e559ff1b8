// SPDX-License-Identifier: GPL-2.0-or-later
// /etc/ppp/peers/NAME: the options that it gives to pppd, and what is known to go wrong with them.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "callmgr/diagnose/live/files/pppd_words.hh"
#include "callmgr/diagnose/live/step.hh"

namespace callgate::diagnose::live {

// What is wrong with a configuration file, as failures. They never hold a secret.
using Complaints = std::vector<Result>;

struct PppdOption {
  PppdWord value;    // empty if it takes none
  size_t place = 0;  // counts the options in the order in which pppd reads them
};

struct PeersFile {
  std::string path;
  int error = 0;  // errno if it could not be read
  std::string text;
  std::map<std::string, PppdOption> options;  // the last of each
  std::vector<std::string> pty;               // pptp in its pty command, and the words after it
  Complaints of_words;                        // about the spelling of words

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

struct PeersText {
  std::string text;
  int error = 0;  // errno
};
using PeersLoader = std::function<PeersText(const std::string& path)>;

// Also reads the files that it names by `file` and `call`.
PeersFile parse_peers(const std::string& path, const PeersLoader& load);

// The most important first.
Complaints complaints(const PeersFile& peers);

// What `pppd call TUNNEL dryrun` objects to. `said` is its output.
std::optional<Result> pppd_objection(const PeersFile& peers, int status, const std::string& said);

}  // namespace callgate::diagnose::live
