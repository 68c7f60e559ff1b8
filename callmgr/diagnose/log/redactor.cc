// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/redactor.hh"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "callmgr/diagnose/log/private_words.hh"
#include "callmgr/diagnose/log/scanner.hh"

namespace callgate::diagnose {
namespace {

using re2::RE2;
using re2::StringPiece;

StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}
std::string_view view(StringPiece text) {
  return {text.data(), text.size()};
}

std::unique_ptr<RE2> compile(const char* expression) {
  RE2::Options options(RE2::Latin1);
  return std::make_unique<RE2>(expression, options);
}

std::vector<std::unique_ptr<RE2>> compile_all(const auto& expressions) {
  std::vector<std::unique_ptr<RE2>> compiled;
  for (auto* expression : expressions) compiled.push_back(compile(expression));
  return compiled;
}

// Whether the value has characters that no word has, so that it must be searched in the whole text.
bool is_odd(std::string_view value) {
  return !std::all_of(value.begin(), value.end(), is_word_char);
}

}  // namespace

void Redactor::learn(const LogLine& line) {
  static const auto kNames = compile_all(name_contexts());
  static const auto kHosts = compile_all(host_contexts());
  static const auto kPasswords = compile_all(password_contexts());
  static const auto kSecrets = compile(kSecretsLine);
  auto each = [&](const auto& expressions, Kind kind) {
    for (const auto& expression : expressions)
      if (StringPiece found; RE2::PartialMatch(piece(line.text), *expression, &found))
        learn_names(kind, view(found));
  };
  if (!line.host.empty()) learn_name(Kind::host, line.host);
  each(kPasswords, Kind::password);
  each(kNames, Kind::name);
  each(kHosts, Kind::host);
  StringPiece client, server, secret;
  if (RE2::PartialMatch(piece(line.text), *kSecrets, &client, &server, &secret)) {
    learn_names(Kind::password, view(secret));
    learn_names(Kind::name, view(client));
    learn_names(Kind::name, view(server));
  }
}

// DOMAIN\\user and user@domain are two names. A password is one value.
void Redactor::learn_names(Kind kind, std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  if (kind == Kind::password) return learn_name(kind, value);
  while (!value.empty()) {
    size_t end = 0;
    while (end < value.size() && value[end] != '\\' && value[end] != '@' && value[end] != '/')
      end++;
    learn_name(kind, value.substr(0, end));
    value.remove_prefix(std::min(value.size(), end + 1));
  }
}

void Redactor::learn_name(Kind kind, std::string_view value) {
  if (value.size() < 2 || is_common(value)) return;
  if (value.starts_with("--") || value.starts_with("ppp") || placeholders_.contains(value)) return;
  if (std::all_of(value.begin(), value.end(), [](char c) { return is_digit(c) || c == '.'; }) &&
      kind != Kind::password)
    return;  // an address, which is recognised by its form
  if (placeholders_.size() >= kMaxValues) return;
  has_odd_names_ |= is_odd(value);
  placeholder(kind, value);
}

std::string Redactor::placeholder(Kind kind, std::string_view value) {
  static constexpr std::array<std::string_view, kKinds> kNames{"ip4",  "ip6",  "mac",     "hash",
                                                               "host", "name", "password"};
  auto at = placeholders_.find(value);
  if (at != placeholders_.end()) return at->second;
  auto index = static_cast<size_t>(kind);
  if (placeholders_.size() >= kMaxValues) return fmt::format("{}-other", kNames[index]);
  bool inside = kind == Kind::ip4 && is_private_ip4(value);
  auto text = fmt::format("{}-{}{}", kNames[index], inside ? "private-" : "", ++counts_[index]);
  placeholders_.emplace(value, text);
  return text;
}

std::string Redactor::replace_word(std::string_view word) {
  if (auto at = placeholders_.find(word); at != placeholders_.end()) return at->second;
  auto bare = word;
  while (!bare.empty() && (bare.back() == '.' || bare.back() == '-')) bare.remove_suffix(1);
  auto rest = word.substr(bare.size());
  if (auto at = placeholders_.find(bare); at != placeholders_.end())
    return at->second + std::string(rest);
  if (is_domain(bare)) return placeholder(Kind::host, bare) + std::string(rest);
  return std::string(word);
}

// Replaces the values that is_odd(), longest first.
std::string Redactor::replace_quoted(std::string_view text) {
  std::string result(text);
  if (!has_odd_names_) return result;
  std::vector<std::string_view> values;
  for (const auto& [value, text_of] : placeholders_)
    if (is_odd(value) && value.find(':') == value.npos) values.push_back(value);
  std::sort(values.begin(), values.end(), [](auto a, auto b) { return a.size() > b.size(); });
  for (auto value : values) {
    auto with = placeholders_.find(value)->second;
    for (size_t at = 0; (at = result.find(value, at)) != result.npos; at += with.size())
      result.replace(at, value.size(), with);
  }
  return result;
}

std::string Redactor::redact(std::string_view text) {
  static const auto kWord = compile(kWords);
  auto quoted = replace_quoted(text);
  StringPiece rest(quoted), groups[6];
  std::string result;
  while (kWord->Match(rest, 0, rest.size(), RE2::UNANCHORED, groups, 6) && !groups[0].empty()) {
    auto whole = view(groups[0]);
    result.append(rest.data(), static_cast<size_t>(whole.data() - rest.data()));
    if (!groups[1].empty())
      result += placeholder(Kind::mac, whole);
    else if (!groups[2].empty())
      result += is_ip6(whole) ? placeholder(Kind::ip6, whole) : std::string(whole);
    else if (!groups[3].empty())
      result += is_plain_ip4(whole) ? std::string(whole) : placeholder(Kind::ip4, whole);
    else if (!groups[4].empty())
      result += placeholder(Kind::hash, whole);
    else
      result += replace_word(whole);
    rest.remove_prefix(static_cast<size_t>(whole.data() + whole.size() - rest.data()));
  }
  return result.append(rest.data(), rest.size());
}

}  // namespace callgate::diagnose
