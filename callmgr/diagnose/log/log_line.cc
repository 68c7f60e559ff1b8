// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/log_line.hh"

#include <algorithm>
#include <array>

#include "callmgr/diagnose/log/packet.hh"
#include "callmgr/diagnose/log/scanner.hh"
#include "callmgr/diagnose/log/time_stamp.hh"

namespace callgate::diagnose {
namespace {

using namespace std::string_view_literals;

// Programs whose lines are read. Sorted.
constexpr std::array kPrograms{"-bash"sv,
                               "NetworkManager"sv,
                               "bash"sv,
                               "charon-nm"sv,
                               "dash"sv,
                               "depmod"sv,
                               "insmod"sv,
                               "ip-down"sv,
                               "ip-up"sv,
                               "iptables"sv,
                               "ipup"sv,
                               "kernel"sv,
                               "klogd"sv,
                               "modprobe"sv,
                               "netifd"sv,
                               "nm-dispatcher"sv,
                               "nm-pptp-service"sv,
                               "php"sv,
                               "poff"sv,
                               "pon"sv,
                               "pppd"sv,
                               "pptp"sv,
                               "pptp-callmgr"sv,
                               "pptp-command"sv,
                               "pptp-gre"sv,
                               "pptpconfig"sv,
                               "pptpconfig.php"sv,
                               "pptpctrl"sv,
                               "pptpd"sv,
                               "pptpsetup"sv,
                               "sh"sv,
                               "sudo"sv,
                               "systemd"sv,
                               "systemd-modules-load"sv,
                               "udevd"sv,
                               "xl2tpd"sv,
                               "zsh"sv};
static_assert(std::is_sorted(kPrograms.begin(), kPrograms.end()));

bool is_known(std::string_view program) {
  return std::binary_search(kPrograms.begin(), kPrograms.end(), program);
}

struct Name {
  std::string_view program;
  uint32_t pid = 0;
};

// "pppd[123]:", "/usr/sbin/pppd:". Without a pid it is a name only where trusted or well known.
bool parse_name(std::string_view word, bool trusted, Name& name) {
  if (word.size() < 2 || word.back() != ':') return false;
  word.remove_suffix(1);
  bool with_pid = false;
  if (auto open = word.rfind('['); open != word.npos && open > 0 && word.back() == ']') {
    auto pid = number_in(word.substr(open + 1, word.size() - open - 2));
    if (pid < 0 || pid > UINT32_MAX) return false;
    name.pid = static_cast<uint32_t>(pid);
    word = word.substr(0, open);
    with_pid = true;
  }
  if (auto slash = word.rfind('/'); slash != word.npos) word.remove_prefix(slash + 1);
  if (word.starts_with("nm-pptp-service")) word = "nm-pptp-service";
  name.program = word;
  return !word.empty() && (with_pid || is_known(word) || (trusted && is_lower(word[0])));
}

// "pptp: command not found" is said about pptp, not by it.
bool is_shell_complaint(std::string_view text) {
  return text.starts_with("command not found") || text.starts_with("not found");
}

// "host daemon.info pppd[123]: " in any of its forms after a time stamp.
void take_header(Scanner& in, Stamp stamp, LogLine& line) {
  Scanner ahead = in;
  std::string_view first;
  for (int i = 0; i < 3; i++) {
    auto word = ahead.word();
    Name name;
    bool trusted = stamp == Stamp::with_host && i > 0;
    if (parse_name(word, trusted, name)) {
      ahead.spaces();
      if (name.pid == 0 && is_shell_complaint(ahead.rest())) return;
      line.host = i > 0 ? first : "";
      line.program = name.program;
      line.pid = name.pid;
      in = ahead;
      return;
    }
    if (i == 0) first = word;
    bool facility = word.find('.') != word.npos;
    if (stamp == Stamp::none || word.empty() || word.back() == ':' || (i == 1 && !facility)) return;
    ahead.spaces();
  }
}

// RFC 5424: "host pppd 123 - - text".
bool take_rfc5424(Scanner& in, LogLine& line) {
  Scanner ahead = in;
  auto host = ahead.word();
  ahead.spaces();
  auto program = ahead.word();
  ahead.spaces();
  auto pid = number_in(ahead.word());
  ahead.spaces();
  ahead.word();
  if (!is_known(program) || !ahead.take(" - ")) return false;
  line.host = host;
  line.program = program;
  line.pid = pid > 0 && pid <= UINT32_MAX ? static_cast<uint32_t>(pid) : 0;
  in = ahead;
  return true;
}

// "> > ", "| ", "container-1  | ".
void take_quotes(Scanner& in) {
  in.spaces();
  while (in.take('>') || in.take("| ")) in.spaces();
  Scanner ahead = in;
  auto word = ahead.word();
  if (word.size() < 64 && !word.empty() && ahead.spaces() && ahead.take("| ")) in = ahead;
}

constexpr std::array kLevels{"<info>"sv, "<warn>"sv, "<error>"sv, "<debug>"sv, "<trace>"sv};

// NetworkManager's "<info>  [1700000000.1234] ", GLib's "** Message: 10:00:00.123: ".
void take_glib(Scanner& in) {
  Scanner ahead = in;
  if (!in.rest().starts_with('<') && !in.rest().starts_with('*')) return;
  if (take_one_of(ahead, kLevels)) {
    ahead.spaces();
    if (ahead.take('[')) {
      ahead.take_while([](char c) { return c != ']'; });
      ahead.take(']');
    }
    ahead.spaces();
    in = ahead;
    return;
  }
  if (!ahead.take("** ")) return;
  if (ahead.take('(')) {
    ahead.take_while([](char c) { return c != ')'; });
    ahead.take("): ");
  }
  if (!ahead.take("Message: ") && !ahead.take("WARNING **: ") && !ahead.take("DEBUG: ")) return;
  Scanner clock = ahead;
  if (take_clock(clock) && clock.take(": ")) ahead = clock;
  in = ahead;
}

// pptp-linux writes "NAME log[function:file:line]: text"; NAME is --logstring's, or "anon".
bool take_pptp_place(Scanner& in) {
  auto text = in.rest().substr(0, 160);
  if (!contains(text, ".c:")) return false;
  for (auto level : {"log["sv, "warn["sv, "fatal["sv}) {
    auto at = text.find(level);
    if (at == text.npos || (at > 0 && text[at - 1] != ' ')) continue;
    auto end = text.find("]: ", at);
    auto place = text.substr(at, end == text.npos ? 0 : end - at);
    if (place.empty() || place.find(' ') != place.npos || place.find(':') == place.npos) continue;
    in.take(in.rest().substr(0, end + 3));
    return true;
  }
  return false;
}

// Escape sequences and carriage returns: out of the text, where there are any.
std::string_view without_controls(std::string_view raw, std::string& scratch) {
  while (!raw.empty() && (raw.back() == '\r' || raw.back() == ' ' || raw.back() == '\0'))
    raw.remove_suffix(1);
  if (raw.find('\x1b') == raw.npos && raw.find('\r') == raw.npos) return raw;
  scratch.clear();
  for (size_t i = 0; i < raw.size(); i++) {
    if (raw[i] == '\r') continue;
    if (raw[i] != '\x1b') {
      scratch += raw[i];
      continue;
    }
    if (i + 1 < raw.size() && raw[i + 1] == '[') i++;
    while (i + 1 < raw.size() && (is_digit(raw[i + 1]) || raw[i + 1] == ';' || raw[i + 1] == '?'))
      i++;
    i++;  // the final letter
  }
  return scratch;
}

}  // namespace

LogLine parse_log_line(std::string_view raw, uint64_t number, std::string& scratch) {
  LogLine line{.number = number};
  Scanner in(without_controls(raw, scratch));
  take_quotes(in);
  auto whole = in.rest();
  // The commonest line of a debug log has nothing around it.
  if (is_packet(whole)) {
    line.text = whole;
    return line;
  }
  auto stamp = take_stamp(in);
  if (stamp == Stamp::none || !take_rfc5424(in, line)) take_header(in, stamp, line);
  bool kernel = take_uptime(in) || stamp == Stamp::uptime;
  if (kernel && line.program.empty()) line.program = "kernel";
  in.spaces();
  take_glib(in);
  LogLine nested;
  // "mppe_compress[0]: " is no process.
  if (line.program != "kernel") take_header(in, Stamp::none, nested);
  if (!nested.program.empty()) {
    line.program = nested.program;
    if (nested.pid) line.pid = nested.pid;
  }
  if (take_pptp_place(in)) line.program = "pptp";
  in.spaces();
  line.text = in.rest();
  line.prefixed = line.text.size() != whole.size();
  return line;
}

bool concerns_tunnels(std::string_view program) {
  return program.empty() || is_known(program);
}

}  // namespace callgate::diagnose
