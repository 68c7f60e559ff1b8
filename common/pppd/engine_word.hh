// SPDX-License-Identifier: GPL-2.0-or-later
// The words of pppd 2.4.9 and 2.5, and what they mean without pppd (--ppp builtin): one row for
// each word, from which the reader of files, the engine's options and the manual page are made.
// Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/pppd/tunnel_options.hh"

namespace callgate {

// What the words have said so far.
struct EngineState {
  TunnelOptions tunnel;
  std::string user, name, domain, password;
  bool user_given = false, use_host_name = false;
  std::string demands_proof;  // the last word that asks the server to authenticate itself to us
  bool default_route_off = false, default_route6_off = false, ccp = true;
  std::string pty;
  std::string chap_secrets = "/etc/ppp/chap-secrets", pap_secrets = "/etc/ppp/pap-secrets";
  bool dump = false, dry_run = false;
};

struct EngineWord {
  enum class Fate : uint8_t { honoured, ignored, refused };
  // Returns "" or why the value is not possible: "takes a number from 128 to 16384".
  using Set = std::function<std::string(EngineState&, const std::string& value)>;

  const char* names;  // the name, and other spellings, with blanks between them
  const char* value;  // what pppd(8) calls it; "" = takes none
  const char* text;   // for the manual page, as a sentence without its end
  Fate fate = Fate::honoured;
  Set set = {};

  bool has_name(std::string_view name) const;
};

std::vector<EngineWord> link_words();     // words about the PPP link
std::vector<EngineWord> network_words();  // words about IPv4 and IPv6 on the link
std::vector<EngineWord> tunnel_words();   // words about the interface, its routes, the process
std::vector<EngineWord> ignored_words();
std::vector<EngineWord> refused_words();

const std::vector<EngineWord>& engine_words();  // all of them
const EngineWord* find_engine_word(std::string_view name);

// Whether `next` is the value of the option `name`.
bool takes_value(std::string_view name, std::string_view next);

// Numbers as pppd reads them: decimal, 0x..., or octal after a 0. Returns how many characters are
// the number; 0 if the text does not begin with one.
size_t pppd_number(std::string_view text, int64_t& number);

}  // namespace callgate
