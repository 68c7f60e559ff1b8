// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/redactor.hh"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "callmgr/diagnose/log/line_splitter.hh"
#include "callmgr/diagnose/log/private_places.hh"
#include "callmgr/diagnose/log/quoting.hh"
#include "callmgr/diagnose/log/scanner.hh"

namespace callgate::diagnose {
namespace {

using re2::RE2;
using re2::StringPiece;
using Extent = ValueFinder::Extent;

std::string_view view(StringPiece text) {
  return {text.data(), text.size()};
}

bool all_of(std::string_view text, auto&& wanted) {
  return std::all_of(text.begin(), text.end(), wanted);
}

// A short password would be found in words that have nothing to do with it, and the rest of those
// words would give it away.
Extent extent_of(Private kind, std::string_view value) {
  if (kind != Private::password) return Extent::word;
  if (value.size() < 4) return Extent::alone;
  bool letters = all_of(value, [](char c) { return is_lower(to_lower(c)); });
  bool digits = all_of(value, is_digit);
  return digits || (letters && value.size() < 6) ? Extent::word : Extent::inside;
}

std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (char c : text) {
    if (special.find(c) != special.npos) result += '\\';
    result += c;
  }
  return result;
}

// As pppd prints what is not ASCII.
std::string with_octal(std::string_view text) {
  std::string result;
  for (char c : text) {
    auto byte = static_cast<uint8_t>(c);
    result += byte < 0x20 || byte > 0x7e ? fmt::format("\\{:03o}", byte) : std::string(1, c);
  }
  return result;
}

// A password as shells, pppd's packets, files of options and sudo's log write it.
std::set<std::string> spellings(std::string_view value) {
  std::set<std::string> all{std::string(value)};
  auto once = unquoted(value);
  for (const auto& plain : {std::string(value), once, unquoted(once)}) {
    all.insert(plain);
    all.insert(escaped(plain, "\\\""));
    all.insert(with_octal(escaped(plain, "\\\"")));
    all.insert(escaped(plain, " \t\\\"'$`#&|;<>()*?[]!~{}"));
    all.insert(escaped(plain, "\\\"$`!"));
  }
  return all;
}

}  // namespace

void Redactor::learn(const LogLine& line) {
  if (!line.host.empty()) learn_value(Private::host, line.host);
  if (!line.user.empty()) learn_value(Private::name, line.user);
  for (const auto& place : private_places(line)) {
    if (place.kind == Private::password)
      learn_password(place.text);
    else
      learn_value(place.kind, place.text);
  }
}

void Redactor::learn_value(Private kind, std::string_view value) {
  if (value.size() < 2 || is_everyday(value) || values_.contains(value)) return;
  // An address is recognised by its form, and a small number is not a name everywhere.
  if (all_of(value, [](char c) { return is_digit(c) || c == '.'; }) &&
      (value.size() < 5 || value.find('.') != value.npos))
    return;
  search_for(kind, value, placeholder(kind, value));
}

void Redactor::learn_password(std::string_view value) {
  auto known = values_.find(unquoted(value));
  auto index = known == values_.end() ? placeholder(Private::password, value) : known->second;
  for (const auto& spelling : spellings(value))
    if (!search_for(Private::password, spelling, index)) return;
}

// Returns false if there are too many values of this kind.
bool Redactor::search_for(Private kind, std::string_view value, uint32_t placeholder) {
  // Everybody's text has each single character, and punctuation.
  bool mark = value.size() < 4 && all_of(value, [](char c) { return c > ' ' && c < '0'; });
  if (value.size() < 2 || mark || is_everyday(value)) return true;
  auto& count = counts_[static_cast<size_t>(kind)];
  if (count.bytes + value.size() > kMaxBytes) return false;
  if (values_.emplace(value, placeholder).second) count.bytes += value.size();
  finder_.add(value, placeholder, extent_of(kind, value));
  return true;
}

// The index of the value's placeholder. All values beyond the limit share one.
uint32_t Redactor::placeholder(Private kind, std::string_view value) {
  auto at = values_.find(value);
  if (at != values_.end()) return at->second;
  auto& count = counts_[static_cast<size_t>(kind)];
  auto index = static_cast<uint32_t>(placeholders_.size());
  if (count.values >= kMaxValues || count.bytes + value.size() > kMaxBytes) {
    auto other = fmt::format("{}-other", name(kind));
    auto known = values_.emplace(other, index);
    if (known.second) placeholders_.push_back(other);
    return known.first->second;
  }
  bool inside = kind == Private::ip4 && is_private_ip4(value);
  placeholders_.push_back(
      fmt::format("{}-{}{}", name(kind), inside ? "private-" : "", ++count.values));
  count.bytes += value.size();
  values_.emplace(value, index);
  return index;
}

std::string_view Redactor::text_of(Private kind, std::string_view value) {
  return placeholders_[placeholder(kind, value)];
}

// The places at which a name or a password stands, and the other occurrences of what was learnt.
// Parts that overlap become one, with the placeholder of the one that begins first.
std::vector<Redactor::Part> Redactor::parts_of(const LogLine& line, std::string_view whole) {
  std::vector<Part> parts;
  auto add = [&](Private kind, std::string_view text) {
    auto begin = static_cast<size_t>(text.data() - whole.data());
    parts.push_back({begin, begin + text.size(), text_of(kind, text)});
  };
  for (const auto& place : private_places(line)) add(place.kind, place.text);
  if (!line.host.empty() && !is_everyday(line.host)) add(Private::host, line.host);
  if (!line.user.empty() && !is_everyday(line.user)) add(Private::name, line.user);
  for (const auto& found : finder_.find(whole))
    parts.push_back({found.begin, found.end, placeholders_[found.value]});
  // Of a line that was cut off, the end may be the beginning of a value.
  if (whole.size() == LineSplitter::kMaxQuoted || whole.size() >= LineSplitter::kMaxLine)
    parts.push_back({whole.size() - finder_.unfinished(whole), whole.size(), ""});
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::vector<Part> merged;
  for (const auto& part : parts) {
    if (!merged.empty() && part.begin < merged.back().end)
      merged.back().end = std::max(merged.back().end, part.end);
    else
      merged.push_back(part);
  }
  return merged;
}

// Redacts what is private because of its form.
std::string Redactor::redact_forms(std::string_view text) {
  static const RE2 kWord(kWords, RE2::Options(RE2::Latin1));
  StringPiece rest(text.data(), text.size()), groups[7];
  std::string result;
  while (kWord.Match(rest, 0, rest.size(), RE2::UNANCHORED, groups, 7) && !groups[0].empty()) {
    auto word = view(groups[0]);
    result.append(rest.data(), static_cast<size_t>(word.data() - rest.data()));
    auto bare = word;
    while (bare.ends_with('.') || bare.ends_with('-')) bare.remove_suffix(1);
    auto address = word;  // of IPv6, without the colon of "2001:db8::1: Connection refused"
    if (address.ends_with(':') && !address.ends_with("::")) address.remove_suffix(1);
    if (!groups[1].empty())
      result += text_of(Private::mac, word);
    else if (!groups[2].empty())
      result += text_of(Private::uuid, word);
    else if (!groups[3].empty())
      result.append(is_ip6(address) ? text_of(Private::ip6, address) : address)
          .append(word.substr(address.size()));
    else if (!groups[4].empty())
      result += is_plain_ip4(word) ? word : text_of(Private::ip4, word);
    else if (!groups[5].empty())
      result += text_of(Private::hash, word);
    else if (is_domain(bare))
      result.append(text_of(Private::host, bare)).append(word.substr(bare.size()));
    else
      result += word;
    rest.remove_prefix(static_cast<size_t>(word.data() + word.size() - rest.data()));
  }
  return result.append(rest.data(), rest.size());
}

std::string Redactor::redact(std::string_view text) {
  std::string scratch;
  auto line = parse_log_line(text, 0, scratch);
  auto whole = scratch.empty() ? text : std::string_view(scratch);
  std::string result;
  size_t done = 0;
  for (const auto& part : parts_of(line, whole)) {
    result += redact_forms(whole.substr(done, part.begin - done));
    result += part.placeholder;
    done = part.end;
  }
  return result + redact_forms(whole.substr(done));
}

}  // namespace callgate::diagnose
