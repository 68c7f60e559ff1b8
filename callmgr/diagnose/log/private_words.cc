// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/private_words.hh"

#include <algorithm>
#include <array>

#include "callmgr/diagnose/log/scanner.hh"
#include "common/command_line/values.hh"

namespace callgate::diagnose {
namespace {

using namespace std::string_view_literals;

// The text before and after the name of a user or a server. Each has one group: the name.
constexpr const char* kNameContexts[] = {
    R"~(\bname = "([^"]*)")~",
    R"~(<Name "([^"]*)")~",
    R"~(\buser="([^"]*)")~",
    R"~(\bsecret in \S+ for client (\S+) server )~",
    R"~(^Got client (\S+)$)~",
    R"~(^Got server (\S+)$)~",
    R"~(^pppd \S+ started by ([^,]+), uid)~",
    R"~(^The remote system \((.*)\) is required)~",
    R"~(secret found for (?:authenticating (?:us to )?)?"?([^" ]+)"?)~",
    R"~(^(?:Peer|peer) "?([^" ]+)"? failed)~",
    R"~((?:PAP|CHAP) peer authentication (?:succeeded|failed) for "?([^" ]+)"?)~",
    R"~(^(?:name|user|remotename|domain|ipparam|linkname) (\S+)\s+# \(from )~",
    R"~(Server is '([^']*)')~",
    R"~(username[=:] ?'?([^',; ]+))~",
};
constexpr const char* kHostContexts[] = {
    R"~((?:^|[ "'/])pptp ([A-Za-z0-9][^ "']*) +(?:--|call |debug))~",
    R"~(control connection to (\S+))~",
    R"~(^cannot (?:connect to|resolve the server name) (\S+?):? )~",
    R"~(^Host '([^']*)' possesses)~",
    R"~(^Call manager for (\S+) is)~",
    R"~(^([^ :]+): (?:Sent control packet|Received |Client connection|Outgoing call|Closing PPTP))~",
};
constexpr const char* kPasswordContexts[] = {
    R"~(\bpassword[=: ]+"([^"]*)")~",
    R"~(^password ([^\s?]\S*)\s+# \(from )~",
    R"~(^Got secret (\S+))~",
    R"~(\bpassword=([^\s"<\]]+))~",
};
// Words that identify no one, although they stand where names stand. Sorted.
constexpr std::array kCommon{
    "CHAP"sv,     "CTRL"sv,   "GRE"sv,     "Linux"sv,  "MGR"sv,   "Microsoft"sv, "PPTP"sv, "any"sv,
    "cananian"sv, "client"sv, "connect"sv, "kernel"sv, "linux"sv, "local"sv,     "ppp"sv,  "pppd"sv,
    "pptp"sv,     "pptpd"sv,  "root"sv,    "server"sv, "sync"sv,  "user"sv,      "vpn"sv};
static_assert(std::is_sorted(kCommon.begin(), kCommon.end()));

// A word that ends with one of these is a file, not a host.
constexpr std::array kFileEnds{".c"sv,     ".cc"sv,   ".conf"sv, ".d"sv,       ".gz"sv, ".ko"sv,
                               ".log"sv,   ".o"sv,    ".php"sv,  ".pid"sv,     ".pl"sv, ".pptp"sv,
                               ".pptpd"sv, ".py"sv,   ".rpm"sv,  ".service"sv, ".sh"sv, ".so"sv,
                               ".sock"sv,  ".toml"sv, ".xz"sv,   ".ppp"sv};

bool is_file(std::string_view word) {
  return std::any_of(kFileEnds.begin(), kFileEnds.end(),
                     [&](auto end) { return word.ends_with(end); });
}

}  // namespace

const char* const kSecretsLine =
    R"~(^("[^"]*"|[^\s#"]+)\s+("[^"]*"|[^\s"]+)\s+("[^"]*"|[^\s"]+)\s+\*\s*$)~";

const char* const kWords =
    R"~(((?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b))~"
    R"~(|((?:[0-9A-Fa-f]{0,4}:){2,7}(?:\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f]{0,4})))~"
    R"~(|(\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b))~"
    R"~(|(\b[0-9A-Fa-f]{16,}))~"
    R"~(|([A-Za-z0-9_][A-Za-z0-9_.$-]*))~";

std::span<const char* const> name_contexts() {
  return kNameContexts;
}
std::span<const char* const> host_contexts() {
  return kHostContexts;
}
std::span<const char* const> password_contexts() {
  return kPasswordContexts;
}

bool is_common(std::string_view word) {
  return std::binary_search(kCommon.begin(), kCommon.end(), word);
}

bool is_word_char(char c) {
  return is_lower(to_lower(c)) || is_digit(c) || c == '_' || c == '.' || c == '-' || c == '$';
}

bool is_domain(std::string_view word) {
  auto dot = word.rfind('.');
  if (dot == word.npos || dot == 0 || word.size() - dot < 3 || is_file(word)) return false;
  auto top = word.substr(dot + 1);
  if (!std::all_of(top.begin(), top.end(), [](char c) { return is_lower(to_lower(c)); }))
    return false;
  static constexpr std::array kFacilities{"daemon."sv, "kern."sv, "user."sv, "auth."sv,
                                          "local"sv,   "pam_"sv,  "net."sv,  "org."sv};
  return std::none_of(kFacilities.begin(), kFacilities.end(),
                      [&](auto start) { return word.starts_with(start); });
}

// A time of day also has colons. An address with fewer than eight groups has "::".
bool is_ip6(std::string_view word) {
  auto colons = std::count(word.begin(), word.end(), ':');
  return word.size() > 2 && (colons == 7 || word.find("::") != word.npos);
}

bool is_plain_ip4(std::string_view word) {
  return word == "0.0.0.0" || word.starts_with("127.") || word.starts_with("255.");
}

bool is_private_ip4(std::string_view word) {
  if (word.starts_with("10.") || word.starts_with("192.168.")) return true;
  if (!word.starts_with("172.")) return false;
  return whole_number(word.substr(4, word.find('.', 4) - 4), 16, 31).has_value();
}

}  // namespace callgate::diagnose
