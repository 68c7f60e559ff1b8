// SPDX-License-Identifier: GPL-2.0-or-later
// /etc/ppp/peers/NAME: the options that it gives to pppd, and what is known to go wrong with them.
#pragma once

#include <functional>
#include <map>

#include "callmgr/diagnose/live/files/pppd_words.hh"
#include "callmgr/diagnose/live/step.hh"

namespace callgate::diagnose::live {

// What is wrong with a configuration file, as failures. They never hold a secret.
using Complaints = std::vector<Result>;

struct PeersFile {
  std::string path;
  int error = 0;  // errno if it could not be read
  std::string text;
  std::map<std::string, PppdWord> options;  // the last value of each; empty if it takes none
  std::vector<std::string> pty;             // words of its pty command
  Complaints of_words;                      // about the spelling of words

  bool has(const std::string& option) const { return options.count(option) > 0; }
  std::string value(const std::string& option) const;
  std::string server() const;                     // the one in the pty command; may be empty
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

}  // namespace callgate::diagnose::live
