// SPDX-License-Identifier: GPL-2.0-or-later
// /etc/ppp/chap-secrets and pap-secrets: which line pppd would use for a client and a server.
#pragma once

#include "common/pppd/option_files.hh"

namespace callgate {

// pppd joins lines that end with a backslash, and quotes may hold a newline.
struct SecretsEntry {
  std::vector<PppdWord> words;  // client, server, secret, addresses
  unsigned line() const { return words[0].line; }
};

std::vector<SecretsEntry> secrets_entries(std::string_view text);

// 0 if the entry is for another client or server, or has no secret. pppd takes the first entry of
// the highest rank. An empty name fits every entry.
int secrets_rank(const SecretsEntry& entry, const std::string& client, const std::string& server);

struct FoundSecret {
  unsigned line = 0;  // 0: there is no entry
  std::string secret;
  std::string problem;  // a sentence: why there is no secret although the file has an entry
};

// `server` is pppd's remotename. If it is empty, the entry with the server * is taken; only if
// there is none, one for a named server, which must then be the only secret of this client.
FoundSecret find_secret(std::string_view text, const std::string& client, const std::string& server,
                        const OptionLoader& load);

}  // namespace callgate
