// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/call_tunnel.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "common/command_line/shell_quote.hh"

namespace callgate {
namespace {

Reason wrong(std::string detail) {
  return {.cause = Cause::bad_option, .detail = std::move(detail)};
}

std::string unreadable(const PeersFile& peers, const std::string& tunnel) {
  auto text = fmt::format("cannot read {}: {}", peers.path, std::strerror(peers.error));
  if (peers.error == ENOENT)
    return fmt::format("there is no tunnel {}: {}; pptpsetup --list shows the tunnels", tunnel,
                       text);
  return peers.error == EACCES ? text + "; try it as root" : text;
}

// Assignments and exec change nothing that matters here.
bool is_harmless(const std::string& word) {
  return word == "exec" || word.find('=') != word.npos;
}

// What the shell would replace is not known here.
bool is_for_the_shell(const std::string& word) {
  return word.find_first_of("$`") != word.npos;
}

// Returns "" if the command simply starts pptp.
std::string objection(const PeersFile& peers, const PtyCommand& command) {
  constexpr const char* kInstead = "correct it, or use --ppp pppd";
  if (peers.has_kernel_plugin())
    return fmt::format(
        "{} is for a plugin of pppd that dials in the kernel: write a line pty \"pptp {} "
        "--nolaunchpppd\" instead",
        peers.path, peers.server());
  if (!peers.has("pty"))
    return fmt::format(
        "{} has no line pty \"pptp SERVER --nolaunchpppd\", so it does not name the server",
        peers.path);
  auto program = command.before.empty() ? "" : command.before.front();
  if (command.pptp.empty())
    return fmt::format("the pty line of {} starts {} and not pptp: {}", peers.path, program,
                       kInstead);
  if (!std::ranges::all_of(command.before, is_harmless))
    return fmt::format("the pty line of {} starts pptp by \"{}\", which pptp cannot do: {}",
                       peers.path, fmt::join(command.before, " "), kInstead);
  if (auto word = std::ranges::find_if(command.pptp, is_for_the_shell); word != command.pptp.end())
    return fmt::format("the pty line of {} has {}, which only a shell can replace: {}", peers.path,
                       *word, kInstead);
  return "";
}

}  // namespace

std::variant<PptpOptions, Reason> with_tunnel(const PptpOptions& given, const PeersFile& peers) {
  if (peers.error) return wrong(unreadable(peers, given.tunnel));
  auto command = pty_command(peers.value("pty"));
  if (auto text = objection(peers, command); !text.empty()) return wrong(text);
  auto in_file = parse_pptp_options({std::next(command.pptp.begin()), command.pptp.end()});
  if (auto* reason = std::get_if<Reason>(&in_file))
    return wrong(fmt::format("the pty line of {}: {}", peers.path, reason->detail));
  const auto& line = std::get<PptpOptions>(in_file);
  Words words = line.repeated;  // of two equal options the last counts
  words.insert(words.end(), given.repeated.begin(), given.repeated.end());
  words.insert(words.end(), {"--", line.call.server_name});
  auto parsed = parse_pptp_options(words);
  if (auto* reason = std::get_if<Reason>(&parsed)) return *reason;
  auto options = std::get<PptpOptions>(std::move(parsed));
  options.ppp = given.ppp ? given.ppp : line.ppp;
  options.tunnel = given.tunnel;
  options.debug = given.debug;
  options.mtu_hint = given.mtu_hint;
  options.evidence_fd = given.evidence_fd;
  options.pppd_options = given.pppd_options;
  return options;
}

std::vector<std::string> pppd_call_arguments(const PptpOptions& given, const PeersFile& peers,
                                             uint32_t mtu) {
  std::vector<std::string> arguments{"pppd", "call", given.tunnel};
  if (!given.repeated.empty()) {
    auto line = peers.value("pty");
    for (const auto& word : given.repeated) line += " " + shell_quote(word);
    arguments.insert(arguments.end(), {"pty", line});
  }
  if (given.debug) arguments.push_back("nodetach");
  if (mtu)
    arguments.insert(arguments.end(), {"mtu", std::to_string(mtu), "mru", std::to_string(mtu)});
  arguments.insert(arguments.end(), given.pppd_options.begin(), given.pppd_options.end());
  return arguments;
}

}  // namespace callgate
