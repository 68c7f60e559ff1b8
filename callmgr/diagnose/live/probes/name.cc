// SPDX-License-Identifier: GPL-2.0-or-later
// Does the server's name resolve? The resolver has no deadline, so a child asks it.
#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <sstream>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/child.hh"
#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "callmgr/diagnose/live/words.hh"
#include "common/channel/channel_message.hh"
#include "common/command_line/shell_quote.hh"
#include "common/wire/bytes.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kResolvedWithin{5'000};

// Returns one address on each line, or "!" and the error of the resolver.
std::string resolve(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* answer = nullptr;
  if (int error = getaddrinfo(name.c_str(), nullptr, &hints, &answer); error != 0)
    return std::string("!") + gai_strerror(error);
  std::string text;
  for (; answer; answer = answer->ai_next)
    if (auto address = IpAddress::from(answer->ai_addr)) text += address->text() + "\n";
  return text;
}

Result does_not_resolve(const Case& the_case, const std::string& why) {
  return failure("name-not-resolved",
                 fmt::format("the name {} does not resolve: {}", the_case.server, why),
                 shell_quote(the_case.server));
}

}  // namespace

Result probe_name(Case& the_case) {
  if (auto name = bare_server_name(the_case.server); name != the_case.server)
    return failure("server-not-a-name",
                   fmt::format("{} is more than the name of a server", the_case.server), name);
  auto answer =
      ask_child(the_case.within(kResolvedWithin), [&] { return resolve(the_case.server); });
  if (answer.timed_out)
    return does_not_resolve(the_case,
                            fmt::format("no answer in {} s", kResolvedWithin.count() / 1000));
  if (answer.text.starts_with('!')) return does_not_resolve(the_case, answer.text.substr(1));
  std::istringstream lines(answer.text);
  auto& addresses = the_case.addresses;
  for (std::string line; std::getline(lines, line) && addresses.size() < kMaxServerAddresses;)
    if (auto address = IpAddress::parse(line);
        address && std::find(addresses.begin(), addresses.end(), *address) == addresses.end())
      addresses.push_back(*address);
  if (addresses.empty()) return does_not_resolve(the_case, "it has no address");
  std::vector<std::string> texts;
  for (const auto& address : addresses) texts.push_back(address.text());
  if (texts.size() == 1 && texts[0] == the_case.server)
    return pass(fmt::format("{} is an address", the_case.server));
  return pass(fmt::format("{} is {}", the_case.server, fmt::join(texts, ", ")));
}

}  // namespace callgate::diagnose::live
