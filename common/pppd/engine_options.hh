// SPDX-License-Identifier: GPL-2.0-or-later
// The options of a tunnel without pppd (--ppp builtin), from the words that pppd would read. Pure.
#pragma once

#include <variant>

#include "common/channel/reason.hh"
#include "common/pppd/engine_word.hh"
#include "common/pppd/option_files.hh"

namespace callgate {

// Where the secrets are. The process that holds them looks for them.
struct SecretsPlace {
  std::string password;  // given as an option; then no file is read
  std::string client, server;
  std::string chap, pap;  // paths
};

struct EngineOptions {
  TunnelOptions tunnel;  // without server_name and read_secrets; link.pap: PAP is not refused
  SecretsPlace secrets;
  std::string pty;                   // the command of the last option pty
  std::vector<std::string> notes;    // for the log
  std::vector<std::string> listing;  // what `dump` shows, without the password
  bool dump = false, dry_run = false;
};

// `host_name` is the name to authenticate with if no option gives one. A reason is a sentence about
// the first word that is unknown, refused, or has an impossible value.
std::variant<EngineOptions, Reason> engine_options(const OptionReader& read,
                                                   const std::string& host_name);

// Both secrets. Throws OsError if a file that has to be read cannot be read. A problem with an
// entry becomes one of the `notes`.
TunnelSecrets read_secrets(const SecretsPlace& place, const OptionLoader& load,
                           std::vector<std::string>& notes);

}  // namespace callgate
