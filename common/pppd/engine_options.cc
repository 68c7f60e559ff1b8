// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/pppd/engine_options.hh"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "common/command_line/nearest.hh"
#include "common/pppd/secrets_file.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

constexpr const char* kInstead = "leave it out, or use --ppp pppd";

std::string unknown_word(const ReadOption& option) {
  std::vector<std::string> names;
  for (const auto& word : engine_words()) {
    std::string_view all = word.names;
    for (size_t begin = 0; begin < all.size();) {
      auto end = std::min(all.find(' ', begin), all.size());
      names.emplace_back(all.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return fmt::format("{}: pppd has no option '{}'{}", option.where(), option.name.text,
                     did_you_mean(option.name.text, {names.begin(), names.end()}));
}

// pppd takes such a word for the speed of a serial line.
bool is_speed(const std::string& word) {
  int64_t number = 0;
  return pppd_number(word, number) == word.size() && number != 0;
}

// LOCAL:REMOTE, each of which may be left out. Returns what is wrong, or "".
std::string set_address(uint32_t& field, const std::string& text) {
  in_addr address{};
  if (text.empty()) return "";
  if (inet_pton(AF_INET, text.c_str(), &address) != 1)
    return fmt::format("'{}' is no IPv4 address", text);
  uint32_t value = ntohl(address.s_addr);
  if (value >> 24 == IN_LOOPBACKNET || IN_MULTICAST(value) || IN_BADCLASS(value))
    return fmt::format("{} cannot be the address of a tunnel", text);
  if (value != 0) field = value;
  return "";
}

class Composer {
 public:
  explicit Composer(const std::string& host_name) : host_name_(host_name) {
    state_.tunnel.link.accept_local = state_.tunnel.link.accept_remote = false;
    state_.tunnel.link.pap = true;
  }

  // Each returns what is wrong, or "".
  std::string take(const ReadOption& option) {
    auto* word = find_engine_word(option.name.text);
    if (!word) return take_wild(option);
    auto said = fmt::format("{}: {}", option.where(), option.name.text);
    if (option.lacks_value) return fmt::format("{} needs a value", said);
    if (word->fate == EngineWord::Fate::refused)
      return fmt::format("{} is not possible with --ppp builtin: {}; {}", said, word->text,
                         kInstead);
    list(option, *word);
    if (word->fate == EngineWord::Fate::ignored) ignored_.push_back(option.name.text);
    if (!word->set) return "";
    auto wrong = word->set(state_, option.value.text);
    return wrong.empty() ? "" : fmt::format("{} {}", said, wrong);
  }

  std::string check() const {
    const auto& link = state_.tunnel.link;
    bool mppe = link.mppe_40 || link.mppe_56 || link.mppe_128;
    if (!state_.demands_proof.empty())
      return fmt::format(
          "{} asks the server to authenticate itself to this host, which servers for PPTP do not "
          "do: leave it out, or write noauth after it",
          state_.demands_proof);
    if (mppe && !state_.ccp) return "noccp forbids the negotiation that require-mppe needs";
    if (mppe && !link.ms_chap_v2)
      return "require-mppe needs MS-CHAPv2, which refuse-mschap-v2 forbids";
    if (state_.tunnel.demand && !link.ipv4)
      return "demand needs IPv4, which noip forbids: only an IPv4 packet dials";
    if (state_.tunnel.demand && state_.tunnel.replace_default_route)
      return "demand and replacedefaultroute exclude each other: the call to the server would take "
             "the tunnel's default route before there is a tunnel. Leave out replacedefaultroute, "
             "and route only some networks through the tunnel";
    if (!link.ipv4 && !link.ipv6) return "noip leaves nothing for the tunnel: add +ipv6";
    return "";
  }

  EngineOptions result() {
    EngineOptions options{.tunnel = std::move(state_.tunnel)};
    auto& link = options.tunnel.link;
    link.name = state_.user_given ? state_.user : own_name();
    link.mppe_required = link.mppe_40 || link.mppe_56 || link.mppe_128;
    link.pap = link.pap && !link.mppe_required;  // MPPE's keys come from MS-CHAPv2
    link.accept_local |= link.local == 0;
    link.accept_remote |= link.remote == 0;
    options.secrets = {.password = std::move(state_.password),
                       .client = link.name,
                       .server = options.tunnel.remotename,
                       .chap = std::move(state_.chap_secrets),
                       .pap = std::move(state_.pap_secrets)};
    options.pty = std::move(state_.pty);
    options.listing = std::move(listing_);
    options.dump = state_.dump;
    options.dry_run = state_.dry_run;
    if (!ignored_.empty())
      options.notes.push_back(
          fmt::format("these options of pppd have no effect here: {}", fmt::join(ignored_, " ")));
    return options;
  }

 private:
  // pppd does not know these words by their name.
  std::string take_wild(const ReadOption& option) {
    const auto& word = option.name.text;
    auto colon = word.find(':');
    if (word.starts_with("/dev/") || word.starts_with("tty"))
      return fmt::format("{}: {} is a serial line, and PPTP needs none; {}", option.where(), word,
                         kInstead);
    if (is_speed(word)) {
      ignored_.push_back(word);
      return "";
    }
    if (colon == word.npos) return unknown_word(option);
    listing_.push_back(fmt::format("{}\t\t# {}", word, option.where()));
    auto& link = state_.tunnel.link;
    auto wrong = set_address(link.local, word.substr(0, colon));
    if (wrong.empty()) wrong = set_address(link.remote, word.substr(colon + 1));
    return wrong.empty() ? "" : fmt::format("{}: {}", option.where(), wrong);
  }

  void list(const ReadOption& option, const EngineWord& word) {
    bool has_value = *word.value, secret = option.name.text == "password";
    listing_.push_back(fmt::format("{}{}{}\t\t# {}", option.name.text, has_value ? " " : "",
                                   secret ? "******" : option.value.text, option.where()));
  }

  std::string own_name() const {
    if (!state_.name.empty() && !state_.use_host_name) return state_.name;
    bool dot = !state_.domain.empty() && !state_.domain.starts_with('.');
    return host_name_ + (dot ? "." : "") + state_.domain;
  }

  EngineState state_;
  std::string host_name_;
  std::vector<std::string> ignored_, listing_;
};

Reason wrong(std::string detail) {
  return {.cause = Cause::bad_option, .detail = std::move(detail)};
}

std::optional<std::string> secret_in(const std::string& path, const SecretsPlace& place,
                                     const OptionLoader& load, std::vector<std::string>& notes) {
  auto file = load(path);
  if (file.error == ENOENT) return std::nullopt;
  if (file.error) throw OsError(file.error, "read " + path);
  auto found = find_secret(file.text, place.client, place.server, load);
  if (!found.problem.empty()) notes.push_back(fmt::format("{}: {}", path, found.problem));
  if (!found.line || !found.problem.empty()) return std::nullopt;
  return found.secret;
}

}  // namespace

std::variant<EngineOptions, Reason> engine_options(const OptionReader& read,
                                                   const std::string& host_name) {
  for (const auto& file : read.unread())
    if (file.needed || file.error == ELOOP)
      return wrong(file.error == ELOOP
                       ? fmt::format("cannot read {}: too many files name each other", file.path)
                       : fmt::format("cannot read {}: {}", file.path, std::strerror(file.error)));
  Composer composer(host_name);
  for (const auto& option : read.options()) {
    if (option.name.text == "call" && !option.lacks_value && !is_peers_name(option.value.text))
      return wrong(
          fmt::format("{}: a tunnel's name is not '{}': it may not contain .. or begin "
                      "with /",
                      option.where(), option.value.text));
    if (auto sentence = composer.take(option); !sentence.empty()) return wrong(sentence);
  }
  if (auto sentence = composer.check(); !sentence.empty()) return wrong(sentence);
  auto options = composer.result();
  for (const auto& file : read.unread())
    if (file.error != ENOENT && file.error != ENOTDIR)
      options.notes.push_back(
          fmt::format("cannot read {}: {}", file.path, std::strerror(file.error)));
  return options;
}

TunnelSecrets read_secrets(const SecretsPlace& place, const OptionLoader& load,
                           std::vector<std::string>& notes) {
  TunnelSecrets secrets;
  if (!place.password.empty()) {
    secrets.chap = secrets.pap = place.password;
    return secrets;
  }
  secrets.chap = secret_in(place.chap, place, load, notes);
  secrets.pap = secret_in(place.pap, place, load, notes);
  return secrets;
}

}  // namespace callgate
