// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever a log contains, a password that the redactor has found in it is nowhere in the result.
#include "callmgr/diagnose/log/redactor.hh"

#include <set>

#include "callmgr/diagnose/log/line_splitter.hh"
#include "callmgr/diagnose/log/private_places.hh"
#include "tests/fuzz/fuzz.hh"

using namespace callgate;
using namespace callgate::diagnose;

namespace {

std::vector<std::string> lines_of(ByteSpan bytes) {
  std::vector<std::string> lines;
  auto add = [&](std::string_view line) { lines.emplace_back(line); };
  LineSplitter splitter;
  splitter.push({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, add);
  splitter.finish(add);
  return lines;
}

// A placeholder may contain such a password.
bool may_be_in_placeholder(std::string_view password) {
  return password.find_first_not_of("abcdefghijklmnopqrstuvwxyz-0123456789") == password.npos;
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Redactor redactor;
  std::set<std::string> passwords;
  std::string scratch;
  auto lines = lines_of({data, size});
  for (const auto& raw : lines) {
    auto line = parse_log_line(raw, 1, scratch);
    redactor.learn(line);
    for (const auto& place : private_places(line))
      if (place.kind == Private::password && place.text.size() >= 6) passwords.emplace(place.text);
  }
  for (const auto& raw : lines) {
    auto text = redactor.redact(raw);
    fuzz::require(text.size() <= 16 * (raw.size() + 1));
    for (const auto& password : passwords)
      fuzz::require(is_everyday(password) || may_be_in_placeholder(password) ||
                    text.find(password) == text.npos);
  }
  return 0;
}
