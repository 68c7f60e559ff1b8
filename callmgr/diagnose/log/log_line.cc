// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/log_line.hh"

#include <algorithm>
#include <array>
#include <charconv>

#include "callmgr/diagnose/log/accel_line.hh"
#include "callmgr/diagnose/log/packet.hh"
#include "callmgr/diagnose/log/scanner.hh"
#include "callmgr/diagnose/log/time_stamp.hh"
#include "common/command_line/values.hh"

namespace callgate::diagnose {
namespace {

using namespace std::string_view_literals;

// The programs whose lines are read, sorted.
// clang-format off
constexpr std::array<std::string_view, 44> kPrograms{
    "-bash", "NetworkManager", "accel-pppd", "accel-pptp", "bash", "callgate-alive", "callgate-dns", "callgate-lan",
    "callgate-mtu", "callgate-routes", "charon-nm", "dash", "depmod", "insmod", "ip-down",
    "ip-up", "iptables", "ipup", "kernel", "klogd", "modprobe", "netifd", "nm-dispatcher",
    "nm-pptp-service", "php", "poff", "pon", "pppd", "pptp", "pptp-callmgr", "pptp-command",
    "pptp-gre", "pptpconfig", "pptpconfig.php", "pptpctrl", "pptpd", "pptpsetup", "sh", "sudo",
    "systemd", "systemd-modules-load", "udevd", "xl2tpd", "zsh"};
// clang-format on
static_assert(std::is_sorted(kPrograms.begin(), kPrograms.end()));

bool is_known(std::string_view program) {
  return std::binary_search(kPrograms.begin(), kPrograms.end(), program);
}

std::optional<uint64_t> pid_in(std::string_view text) {
  return whole_number(text, 0, UINT32_MAX);
}

struct ProgramName {
  std::string_view program;
  uint32_t pid = 0;
};

// Reads the "[pppd]" of metalog.
bool parse_bracketed(std::string_view word, ProgramName& name) {
  if (word.size() < 3 || word.front() != '[' || word.back() != ']') return false;
  word = word.substr(1, word.size() - 2);
  name.program = word.substr(word.rfind('/') + 1);
  return is_known(name.program);
}

// Reads "pppd[123]:" or "/usr/sbin/pppd:". A word without a pid is a name only if the place is
// trusted or the program is known.
bool parse_name(std::string_view word, bool trusted, ProgramName& name) {
  if (parse_bracketed(word, name)) return true;
  if (word.size() < 2 || word.back() != ':') return false;
  word.remove_suffix(1);
  bool with_pid = false;
  if (auto open = word.rfind('['); open != word.npos && open > 0 && word.back() == ']') {
    if (!store(name.pid, pid_in(word.substr(open + 1, word.size() - open - 2)))) return false;
    word = word.substr(0, open);
    with_pid = true;
  }
  if (auto slash = word.rfind('/'); slash != word.npos) word.remove_prefix(slash + 1);
  if (word.ends_with(".so")) return false;  // a plugin that could not be loaded
  if (word.starts_with("nm-pptp-service")) word = "nm-pptp-service";
  name.program = word;
  return !word.empty() && (with_pid || is_known(word) || (trusted && is_lower(word[0])));
}

// In "pptp: command not found" it is the shell that speaks.
bool is_shell_complaint(std::string_view text) {
  return text.starts_with("command not found") || text.starts_with("not found");
}

// Takes "host daemon.info pppd[123]: " in any of its forms after a time stamp.
void take_header(Scanner& in, Stamp stamp, LogLine& line) {
  Scanner ahead = in;
  std::string_view first;
  for (int i = 0; i < 3; i++) {
    auto word = ahead.word();
    ProgramName name;
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
    if (i == 0 && word.starts_with('<')) return;  // NetworkManager's level, without its name
    if (i == 0) first = word;
    bool facility = word.find('.') != word.npos;
    if (stamp == Stamp::none || word.empty() || word.back() == ':' || (i == 1 && !facility)) return;
    ahead.spaces();
  }
}

// Takes the header of RFC 5424: "host pppd 123 - - text".
bool take_rfc5424(Scanner& in, LogLine& line) {
  Scanner ahead = in;
  auto host = ahead.word();
  ahead.spaces();
  auto program = ahead.word();
  ahead.spaces();
  auto pid = pid_in(ahead.word());
  ahead.spaces();
  ahead.word();
  if (!is_known(program) || !ahead.take(" - ")) return false;
  line.host = host;
  line.program = program;
  store(line.pid, pid);
  in = ahead;
  return true;
}

// Takes the number of the line, as reports of Callgate, cat -n and grep -n write it.
void take_number(Scanner& in) {
  Scanner ahead = in;
  if (!ahead.digits(1, 9)) return;
  if (!ahead.take(": ") && !ahead.take('\t')) {
    if (!ahead.take(':')) return;
    Scanner stamp = ahead;
    if (take_stamp(stamp) == Stamp::none) return;
  }
  in = ahead;
}

// Takes "> > ", "| ", the "- " of a list, or "container-1  | ", and the "^C" that a terminal shows
// if this key is pressed.
void take_quotes(Scanner& in) {
  in.spaces();
  take_number(in);
  in.spaces();
  while (in.take('>') || in.take("| ") || in.take("- ") || in.take("\u2022 ")) in.spaces();
  while (in.take("^C") || in.take("^\\") || in.take("^Z")) in.spaces();
  Scanner ahead = in;
  auto word = ahead.word();
  if (word.size() < 64 && !word.empty() && ahead.spaces() && ahead.take("| ") &&
      !contains(ahead.rest(), "# (from "))  // pppd's list of options: "password | x  # (from ..."
    in = ahead;
}

constexpr std::array kLevels{"<info>"sv, "<warn>"sv, "<error>"sv, "<debug>"sv, "<trace>"sv};

// Takes NetworkManager's "<info>  [1700000000.1234] " or GLib's "** Message: 10:00:00.123: ".
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

// Takes the place that pptp-linux prints: "NAME log[function:file:line]: text". NAME is the value
// of
// --logstring, or "anon".
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

// Takes "3 times".
bool take_times(Scanner& in, uint32_t& times) {
  auto number = in.rest();
  if (!in.digits(1, 10)) return false;
  number.remove_suffix(in.rest().size());
  return in.take(" time") && store(times, whole_number(number, 1, UINT32_MAX));
}

// Takes the words around what rsyslog has received several times: "message repeated 2 times: [ x]".
std::string_view without_repetition(std::string_view text, uint32_t& times) {
  Scanner in(text);
  uint32_t repeated = 1;
  if (!in.take("message repeated ") || !take_times(in, repeated) || !in.take("s: [")) return text;
  times = repeated;
  in.spaces();
  auto inner = in.rest();
  if (inner.ends_with(']')) inner.remove_suffix(1);
  return inner;
}

// Reads "gate last message repeated 3 times", which other syslog daemons write. syslog-ng writes
// "Last message 'the first words' repeated 3 times, suppressed by syslog-ng on gate".
bool repeats_the_last(const LogLine& line, uint32_t& times) {
  bool syslog = line.program.empty() || contains(line.program, "syslog");
  if (!syslog || !contains(line.text, "ast message ")) return false;
  Scanner in(line.text);
  if (!in.rest().starts_with("last ") && !in.rest().starts_with("Last ")) in.word(), in.spaces();
  if (in.take("last message repeated ")) return take_times(in, times);
  constexpr std::string_view kAfterQuote = "' repeated ";
  auto end = find_in(in.rest(), kAfterQuote);
  if (!in.take("Last message '") || end == std::string_view::npos) return false;
  in = Scanner(in.rest().substr(find_in(in.rest(), kAfterQuote) + kAfterQuote.size()));
  return take_times(in, times);
}

// Takes "\xc3", as reports of Callgate show each byte that is not ASCII.
bool take_shown_byte(std::string_view text, char& byte) {
  if (text.size() < 4 || !text.starts_with("\\x")) return false;
  unsigned value = 0;
  auto* end = text.data() + 4;
  if (std::from_chars(text.data() + 2, end, value, 16).ptr != end || value < 0x80) return false;
  byte = static_cast<char>(value);
  return true;
}

// Returns the line without escape sequences, carriage returns and trailing blanks, and with the
// bytes that a report shows by their numbers.
std::string_view without_controls(std::string_view raw, std::string& scratch) {
  while (!raw.empty() && (raw.back() == '\r' || raw.back() == ' ' || raw.back() == '\0'))
    raw.remove_suffix(1);
  if (raw.find('\x1b') == raw.npos && raw.find('\r') == raw.npos && !contains(raw, "\\x"))
    return raw;
  scratch.clear();
  for (size_t i = 0; i < raw.size(); i++) {
    if (raw[i] == '\r') continue;
    if (char byte = 0; take_shown_byte(raw.substr(i), byte)) {
      scratch += byte;
      i += 3;
      continue;
    }
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

// Takes what syslog, the journal, NetworkManager or accel-ppp writes before a message.
void take_prefix(Scanner& in, LogLine& line) {
  if (take_accel_stamp(in)) {
    line.program = "accel-pppd";
    return;
  }
  auto stamp = take_stamp(in);
  if (stamp == Stamp::none || !take_rfc5424(in, line)) take_header(in, stamp, line);
  bool kernel = take_uptime(in) || stamp == Stamp::uptime;
  if (kernel && line.program.empty()) line.program = "kernel";
  in.spaces();
  take_glib(in);
  LogLine nested;
  // "mppe_compress[0]: " is not a process, and accel-ppp's "pptp: " is one of its modules.
  if (line.program != "kernel" && !is_accel(line.program)) take_header(in, Stamp::none, nested);
  if (nested.program.empty()) return;
  line.program = nested.program;
  if (nested.pid) line.pid = nested.pid;
}

}  // namespace

LogLine parse_log_line(std::string_view raw, uint64_t number, std::string& scratch) {
  LogLine line{.number = number};
  auto bare = without_controls(raw, scratch);
  Scanner in(bare);
  take_quotes(in);
  auto whole = in.rest();
  // The most frequent line of a debug log has no prefix.
  if (is_packet(whole)) {
    line.text = whole;
    return line;
  }
  take_prefix(in, line);
  in = Scanner(without_repetition(in.rest(), line.times));
  bool accel = is_accel(line.program);
  if (accel) take_accel_session(in, line);
  if (take_pptp_place(in)) line.program = "pptp";
  in.spaces();
  line.text = in.rest();
  line.prefixed = line.text.size() != whole.size();
  line.repeats = repeats_the_last(line, line.times);
  if (accel) write_packet_as_pppd(line, bare, scratch);
  return line;
}

void KeptLine::keep(const LogLine& line) {
  line_ = line;
  host_ = line.host;
  program_ = line.program;
  user_ = line.user;
  text_ = line.text;
}

LogLine KeptLine::line() const {
  auto line = line_;
  line.host = host_;
  line.program = program_;
  line.user = user_;
  line.text = text_;
  return line;
}

bool concerns_tunnels(std::string_view program) {
  return program.empty() || is_known(program);
}

}  // namespace callgate::diagnose
