// SPDX-License-Identifier: GPL-2.0-or-later
// pppd's files with any contents: a file of options that may name itself, and a file of secrets. An
// option that is accepted keeps its range, and no line for the log contains the password.
#include "common/pppd/engine_options.hh"
#include "common/pppd/peers_file.hh"
#include "common/pppd/secrets_file.hh"
#include "tests/fuzz/fuzz.hh"

using namespace callgate;
using callgate::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  OptionLoader load = [&](const std::string&) { return OptionText{text, 0}; };
  auto peers = parse_peers("/etc/ppp/peers/t", load);
  (void)peers.server();

  OptionReader reader(load);
  reader.read_words({"call", "t", "noauth"});
  auto result = engine_options(reader, "host");
  if (auto* options = std::get_if<EngineOptions>(&result)) {
    const auto& link = options->tunnel.link;
    require(link.mtu >= 128 && link.mtu <= 16384 && link.mru >= 128 && link.mru <= 16384);
    require(options->tunnel.ifname.size() < 16 && link.name.size() < 256);
    require(link.mppe_required == (link.mppe_40 || link.mppe_56 || link.mppe_128));
    require(!link.mppe_required || link.ms_chap_v2);
    for (const auto& line : options->listing)
      require(!line.starts_with("password ") || line.starts_with("password ******\t"));
  } else {
    require(!std::get<Reason>(result).detail.empty());
  }
  auto secret = find_secret(text, "alice", "vpn", load);
  require(secret.line > 0 || secret.secret.empty());
  return 0;
}
