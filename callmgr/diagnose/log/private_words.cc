// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/private_words.hh"

#include <algorithm>
#include <string>

#include "callmgr/diagnose/log/scanner.hh"
#include "common/command_line/values.hh"

namespace callgate::diagnose {
namespace {

using namespace std::string_view_literals;

constexpr std::array<std::string_view, kPrivateKinds> kNames{"ip4",  "ip6",  "mac",  "hash",
                                                             "uuid", "host", "name", "password"};

// Lower case, sorted.
// clang-format off
constexpr std::array kEveryday{
    "accomp"sv, "account"sv, "active"sv, "addr"sv, "address"sv, "and"sv, "any"sv, "apr"sv, "asyncmap"sv,
    "aug"sv, "auth"sv, "authack"sv, "authenticated"sv, "authentication"sv, "authnak"sv, "authreq"sv,
    "bit"sv, "by"sv, "bytes"sv, "call"sv, "cananian"sv, "cannot"sv, "ccp"sv, "challenge"sv, "chap"sv,
    "characters"sv, "child"sv, "client"sv, "code"sv, "command"sv, "compression"sv, "confack"sv,
    "confnak"sv, "confrej"sv, "confreq"sv, "connect"sv, "connected"sv, "connecting"sv, "connection"sv,
    "contains"sv, "control"sv, "ctrl"sv, "daemon"sv, "dead"sv, "debug"sv, "dec"sv, "default"sv,
    "device"sv, "dns"sv, "down"sv, "eap"sv, "echo"sv, "echorep"sv, "echoreq"sv, "enabled"sv,
    "encrypt"sv, "ended"sv, "error"sv, "established"sv, "exit"sv, "failed"sv, "failure"sv, "feb"sv,
    "finished"sv, "for"sv, "found"sv, "fri"sv, "from"sv, "gre"sv, "hangup"sv, "host"sv, "http"sv,
    "id"sv, "in"sv, "info"sv, "input"sv, "interface"sv, "ip"sv, "ipcp"sv, "ipv6"sv, "ipv6cp"sv, "is"sv,
    "jan"sv, "jul"sv, "jun"sv, "kernel"sv, "lcp"sv, "line"sv, "link"sv, "linux"sv, "local"sv,
    "localhost"sv, "log"sv, "login"sv, "lost"sv, "mac"sv, "magic"sv, "mar"sv, "may"sv, "message"sv,
    "mgr"sv, "microsoft"sv, "modem"sv, "mon"sv, "mppe"sv, "mru"sv, "ms"sv, "msg"sv, "mtu"sv, "name"sv,
    "net"sv, "network"sv, "networkmanager"sv, "no"sv, "not"sv, "nov"sv, "num"sv, "oct"sv, "of"sv,
    "ok"sv, "on"sv, "open"sv, "option"sv, "options"sv, "output"sv, "packet"sv, "pap"sv, "pass"sv,
    "passwd"sv, "password"sv, "pcomp"sv, "peer"sv, "peers"sv, "pid"sv, "ping"sv, "plugin"sv, "port"sv,
    "ppp"sv, "pppd"sv, "pptp"sv, "pptpd"sv, "primary"sv, "process"sv, "protocol"sv, "protrej"sv,
    "rcvd"sv, "read"sv, "received"sv, "refused"sv, "remote"sv, "reply"sv, "request"sv, "required"sv,
    "response"sv, "root"sv, "route"sv, "run"sv, "sat"sv, "script"sv, "secondary"sv, "secret"sv,
    "sending"sv, "sent"sv, "sep"sv, "serial"sv, "server"sv, "service"sv, "set"sv, "signal"sv,
    "started"sv, "state"sv, "status"sv, "succeeded"sv, "success"sv, "sudo"sv, "sun"sv, "sync"sv,
    "sys"sv, "system"sv, "systemd"sv, "tcp"sv, "termack"sv, "terminated"sv, "terminating"sv,
    "termreq"sv, "test"sv, "the"sv, "thu"sv, "time"sv, "timeout"sv, "to"sv, "tty"sv, "tue"sv,
    "tunnel"sv, "type"sv, "uid"sv, "unknown"sv, "unsafe"sv, "up"sv, "user"sv, "username"sv, "using"sv,
    "vpn"sv, "warn"sv, "wed"sv, "wins"sv, "with"sv};
constexpr std::array kSentence{
    "a"sv, "again"sv, "agent"sv, "agents"sv, "an"sv, "and"sv, "are"sv, "as"sv, "at"sv, "attempt"sv,
    "attempts"sv, "be"sv, "but"sv, "can"sv, "cannot"sv, "change"sv, "changed"sv, "changing"sv,
    "could"sv, "data"sv, "database"sv, "dialog"sv, "did"sv, "disabled"sv, "does"sv, "entry"sv,
    "expired"sv, "file"sv, "files"sv, "flags"sv, "given"sv, "group"sv, "groups"sv, "has"sv, "hash"sv,
    "have"sv, "if"sv, "in"sv, "incorrect"sv, "interface"sv, "invalid"sv, "it"sv, "its"sv, "key"sv,
    "keys"sv, "length"sv, "let"sv, "locked"sv, "lockout"sv, "manager"sv, "may"sv, "mismatch"sv,
    "missing"sv, "mode"sv, "must"sv, "needed"sv, "on"sv, "one"sv, "only"sv, "or"sv, "prompt"sv,
    "rejected"sv, "requested"sv, "restrictions"sv, "rule"sv, "so"sv, "space"sv, "stored"sv,
    "successful"sv, "supplied"sv, "that"sv, "their"sv, "this"sv, "through"sv, "too"sv, "used"sv,
    "verification"sv, "was"sv, "were"sv, "when"sv, "which"sv, "will"sv, "would"sv, "wrong"sv, "you"sv,
    "your"sv};
// clang-format on
static_assert(std::is_sorted(kEveryday.begin(), kEveryday.end()));
static_assert(std::is_sorted(kSentence.begin(), kSentence.end()));

// A word that ends with one of these is a file, not a host.
constexpr std::array kFileEnds{".c"sv,     ".cc"sv,   ".conf"sv, ".d"sv,       ".gz"sv, ".ko"sv,
                               ".log"sv,   ".o"sv,    ".php"sv,  ".pid"sv,     ".pl"sv, ".pptp"sv,
                               ".pptpd"sv, ".py"sv,   ".rpm"sv,  ".service"sv, ".sh"sv, ".so"sv,
                               ".sock"sv,  ".toml"sv, ".xz"sv,   ".ppp"sv};

bool is_file(std::string_view word) {
  return std::any_of(kFileEnds.begin(), kFileEnds.end(),
                     [&](auto end) { return word.ends_with(end); });
}

std::string lower(std::string_view word) {
  std::string text(word);
  std::transform(text.begin(), text.end(), text.begin(), to_lower);
  return text;
}

bool holds(const auto& table, std::string_view word) {
  return std::binary_search(table.begin(), table.end(), std::string_view(lower(word)));
}

// "ppp0" is every tunnel's.
bool is_interface(std::string_view word) {
  return word.starts_with("ppp") && std::all_of(word.begin() + 3, word.end(), is_digit);
}

}  // namespace

std::string_view name(Private kind) {
  return kNames[static_cast<size_t>(kind)];
}

const char* const kWords =
    R"~(((?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b))~"
    R"~(|(\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b))~"
    R"~(|((?:[0-9A-Fa-f]{0,4}:){2,7}(?:\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f]{0,4})))~"
    R"~(|(\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b))~"
    R"~(|(\b[0-9A-Fa-f]{16,}))~"
    R"~(|([A-Za-z0-9_][A-Za-z0-9_.$-]*))~";

bool is_everyday(std::string_view word) {
  if (word.starts_with("--")) word.remove_prefix(2);
  return is_interface(word) || holds(kEveryday, word);
}

bool continues_sentence(std::string_view word) {
  return holds(kSentence, word) || is_everyday(word);
}

bool is_nobody(std::string_view word) {
  return word.empty() || word == "root" || word == "*" || word == "any" || is_interface(word);
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
