// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/journal_json.hh"

#include <fmt/format.h>

#include "callmgr/diagnose/log/scanner.hh"

namespace callgate::diagnose {
namespace {

void append_utf8(std::string& to, uint32_t code) {
  auto put = [&](uint32_t byte) { to += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
  }
  put(0x80 | (code & 0x3f));
}

std::optional<uint32_t> take_hex4(Scanner& in) {
  auto value = whole_number(in.rest().substr(0, 4), 0, 0xffff, 16);
  if (!value || !in.take(in.rest().substr(0, 4))) return {};
  return static_cast<uint32_t>(*value);
}

// Takes the four digits of \uXXXX, and the second half of a surrogate pair.
void take_code(Scanner& in, std::string& to) {
  auto code = take_hex4(in);
  if (!code) return;
  Scanner ahead = in;
  if (*code >> 10 == 0xd800 >> 10 && ahead.take("\\u"))
    if (auto low = take_hex4(ahead); low && *low >> 10 == 0xdc00 >> 10) {
      code = 0x10000 + ((*code & 0x3ff) << 10 | (*low & 0x3ff));
      in = ahead;
    }
  append_utf8(to, *code);
}

void take_escape(Scanner& in, std::string& to) {
  if (in.rest().empty()) return;
  char letter = in.rest()[0];
  in.take(letter);
  switch (letter) {
    case 'n':
    case 'r':
    case 't': to += ' '; return;  // a message of several lines becomes one line
    case 'b':
    case 'f': return;
    case 'u': return take_code(in, to);
    default: to += letter;
  }
}

// Takes a string. One that was cut off ends where the line ends.
bool take_string(Scanner& in, std::string& to) {
  to.clear();
  if (!in.take('"')) return false;
  while (!in.rest().empty() && !in.take('"')) {
    auto plain = in.rest();
    to += plain.substr(0, in.take_while([](char c) { return c != '"' && c != '\\'; }));
    if (in.take('\\')) take_escape(in, to);
  }
  return true;
}

// Takes the bytes of a message that is no UTF-8: "[72,228,...]".
bool take_bytes(Scanner& in, std::string& to) {
  to.clear();
  if (!in.take('[')) return false;
  while (!in.rest().empty() && !in.take(']')) {
    in.spaces();
    auto digits = in.rest();
    auto byte = whole_number(digits.substr(0, in.take_while(is_digit)), 0, 0xff);
    if (!byte) return false;
    to += *byte < ' ' ? ' ' : static_cast<char>(*byte);
    in.spaces();
    in.take(',');
  }
  return true;
}

// Takes a value of another kind: a number, or null. An object within the object ends the reading.
bool skip_value(Scanner& in) {
  return in.take_while([](char c) { return c != ',' && c != '}' && c != '{' && c != '['; }) > 0;
}

struct Message {
  std::string time, host, program, pid, text;
  bool found = false;
};

void note(Message& message, std::string_view key, std::string& value) {
  bool text = key == "MESSAGE" || key == "log";
  message.found |= text;
  auto* to = text                                        ? &message.text
             : key == "__REALTIME_TIMESTAMP"             ? &message.time
             : key == "_HOSTNAME"                        ? &message.host
             : key == "SYSLOG_IDENTIFIER"                ? &message.program
             : key == "_COMM" && message.program.empty() ? &message.program
             : key == "SYSLOG_PID"                       ? &message.pid
             : key == "_PID" && message.pid.empty()      ? &message.pid
                                                         : nullptr;
  if (to) std::swap(*to, value);
}

Message message_in(std::string_view raw) {
  Message message;
  Scanner in(raw);
  std::string key, value;
  auto separator = [&](char c) {
    in.spaces();
    bool taken = in.take(c);
    in.spaces();
    return taken;
  };
  if (!separator('{')) return message;
  do {
    if (!take_string(in, key) || !separator(':')) break;
    if (take_string(in, value) || take_bytes(in, value))
      note(message, key, value);
    else if (!skip_value(in))
      break;
  } while (separator(','));
  return message;
}

}  // namespace

std::string_view plain_line(std::string_view raw, std::string& scratch) {
  if (raw.find_first_not_of(" \t") == raw.npos || raw[raw.find_first_not_of(" \t")] != '{')
    return raw;
  auto message = message_in(raw);
  if (!message.found) return raw;
  while (message.text.ends_with(' ')) message.text.pop_back();
  if (message.program.empty()) {
    scratch = message.text;
    return scratch;
  }
  auto seconds = message.time.size() == 16 ? message.time.substr(0, 10) : "0000000000";
  auto fraction = message.time.size() == 16 ? message.time.substr(10) : "000000";
  scratch = fmt::format("{}.{} {} {}", seconds, fraction,
                        message.host.empty() ? "localhost" : message.host, message.program);
  if (!message.pid.empty()) scratch += fmt::format("[{}]", message.pid);
  scratch += ": ";
  scratch += message.text;
  return scratch;
}

}  // namespace callgate::diagnose
