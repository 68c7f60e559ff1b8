// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/journal_json.hh"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace callgate::diagnose {
namespace {

using Json = nlohmann::json;

// A line that was cut off within its last string ends there.
Json object_in(std::string_view raw) {
  auto parse = [](const std::string& text) { return Json::parse(text, nullptr, false); };
  auto json = parse(std::string(raw));
  return json.is_discarded() ? parse(std::string(raw) + "\"}") : json;
}

// The bytes of a text that is no UTF-8: [72, 228, ...].
std::string bytes_of(const Json& array) {
  std::string bytes;
  for (const auto& byte : array) {
    if (!byte.is_number_unsigned() || byte.get<uint64_t>() > UINT8_MAX) return {};
    bytes += static_cast<char>(byte.get<uint8_t>());
  }
  return bytes;
}

std::string text_of(const Json& object, const char* key) {
  auto value = object.find(key);
  if (value == object.end()) return {};
  if (value->is_array()) return bytes_of(*value);
  return value->is_string() ? value->get<std::string>() : std::string();
}

// What the program has written under this name, or else what the journal knows by itself.
std::string text_of(const Json& object, const char* key, const char* other) {
  auto text = text_of(object, key);
  return text.empty() ? text_of(object, other) : text;
}

// A message of several lines becomes one line.
std::string one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < ' '; }, ' ');
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

}  // namespace

std::string_view plain_line(std::string_view raw, std::string& scratch) {
  auto start = raw.find_first_not_of(" \t");
  if (start == raw.npos || raw[start] != '{') return raw;
  auto object = object_in(raw);
  if (!object.is_object() || !(object.contains("MESSAGE") || object.contains("log"))) return raw;
  scratch = one_line(text_of(object, "MESSAGE", "log"));
  auto program = one_line(text_of(object, "SYSLOG_IDENTIFIER", "_COMM"));
  if (program.empty()) return scratch;
  auto time = text_of(object, "__REALTIME_TIMESTAMP");  // us
  if (time.size() != 16) time.assign(16, '0');
  auto host = one_line(text_of(object, "_HOSTNAME"));
  auto pid = one_line(text_of(object, "SYSLOG_PID", "_PID"));
  scratch = fmt::format("{}.{} {} {}{}: {}", time.substr(0, 10), time.substr(10),
                        host.empty() ? "localhost" : host, program,
                        pid.empty() ? "" : fmt::format("[{}]", pid), scratch);
  return scratch;
}

}  // namespace callgate::diagnose
