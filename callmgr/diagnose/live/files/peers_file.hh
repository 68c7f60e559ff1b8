// SPDX-License-Identifier: GPL-2.0-or-later
// /etc/ppp/peers/NAME: what it makes of pppd's options, and what is known to go wrong with them.
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
  int error = 0;  // errno: it could not be read
  std::string text;
  std::map<std::string, PppdWord> options;  // as the last one says; the value, empty without one
  std::vector<std::string> pty;             // words of its pty command
  Complaints of_words;                      // what is wrong with words, whatever they mean

  bool has(const std::string& option) const { return options.count(option) > 0; }
  std::string value(const std::string& option) const;
  std::string server() const;                     // that the pty command names; empty = none
  bool pty_has(const std::string& option) const;  // "--sync"
};

struct PeersText {
  std::string text;
  int error = 0;  // errno
};
using PeersLoader = std::function<PeersText(const std::string& path)>;

// Files that it names by `file` and `call` are read, too.
PeersFile parse_peers(const std::string& path, const PeersLoader& load);

// The worst first.
Complaints complaints(const PeersFile& peers);

}  // namespace callgate::diagnose::live
