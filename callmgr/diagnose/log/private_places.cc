// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/private_places.hh"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <set>

#include "callmgr/diagnose/log/packet.hh"
#include "callmgr/diagnose/log/quoting.hh"
#include "callmgr/diagnose/log/scanner.hh"

namespace callgate::diagnose {
namespace {

using re2::RE2;

// How far a value goes.
enum class Style : uint8_t {
  group,     // the expression's group
  value,     // a word as a shell reads it, with or without quotes
  option,    // the same, in a command line only: pppd's options have no dashes
  sentence,  // the same, but not a word with which a sentence goes on
  argument,  // up to the next long option, because sudo logs a command without its quotes
};

struct Context {
  Private kind;
  Style style;
  const char* lead;  // the expression for what stands before the value
};

constexpr auto kPass = Private::password;
constexpr auto kName = Private::name;
constexpr auto kHost = Private::host;

// If several begin at the same place, the first of this table counts.
constexpr Context kContexts[] = {
    {kPass, Style::group, R"~(^password (.*?)\s+# \(from )~"},
    {kPass, Style::group, R"~(^Got secret (.+)$)~"},
    {kName, Style::group,
     R"~(^(?:name|user|remotename|domain|ipparam|linkname|phone) (.*?)\s+# \(from )~"},
    // sudo's COMMAND=, and command lines
    {kPass, Style::argument, R"~(--(?:password|passwd|passphrase|secret|pass)(?:=| +))~"},
    // key=value, key: value, and the arguments in the kernel's audit log
    {kPass, Style::option, R"~(\b(?:password|passwd|pass|secret) )~"},
    {kPass, Style::value,
     R"~((?i)(?:password|passwd|passphrase|secret|\bpass)["']?(?:\s+=>\s*|\s*[=:]\s*|\s+a\d+=))~"},
    {kPass, Style::sentence, R"~((?i)\b(?:password|passwd|secret|pass)\s+(?:is\s+)?)~"},
    {kName, Style::value,
     R"~((?i)\b(?:user|username|user-name|login|account|domain|workgroup|phone|remotename)["']?(?:\s+=>\s*|\s*[=:]\s*|\s+a\d+=))~"},
    {kName, Style::argument, R"~(--(?:username|user|domain|phone|login|name|remotename)(?:=| +))~"},
    {kName, Style::option, R"~(\b(?:user|name|remotename|domain|linkname|ipparam) )~"},
    {kName, Style::sentence, R"~((?i)\b(?:user|username|account|login)\s+(?:is\s+)?)~"},
    {kName, Style::value, R"~(\bname ?= ?)~"},
    {kName, Style::value, R"~(<Name )~"},
    {kName, Style::value, R"~(\bsecret in \S+ for client )~"},
    {kName, Style::group, R"~(\bfor client \S+ server (\S+))~"},
    {kName, Style::group, R"~(^Got (?:client|server) (.+)$)~"},
    {kName, Style::group, R"~(^pppd \S+ started by (.+), uid)~"},
    {kName, Style::group, R"~(^The remote system \((.*)\) is required)~"},
    {kName, Style::group, R"~(secret found for (?:authenticating (?:us to )?)?"?([^" ]+)"?)~"},
    {kName, Style::group, R"~(^(?:Peer|peer) "?([^" ]+)"? failed)~"},
    {kName, Style::group,
     R"~((?:PAP|CHAP) peer authentication (?:succeeded|failed) for "?([^" ]+)"?)~"},
    {kName, Style::group, R"~(^(.+): authentication (?:succeeded|failed)$)~"},  // accel-ppp
    {kName, Style::group, R"~(Server is '([^']*)')~"},
    {kName, Style::group, R"~(^(\S+) : (?:TTY|PWD|USER|problem with|\d+ incorrect))~"},
    {kName, Style::group, R"~(/home/([^/\s'"]+))~"},
    {kName, Style::group, R"~((?:for user|by) ([^\s(]+)\(uid=)~"},
    // NetworkManager's connections
    {kName, Style::group, R"~(\bconnection(?:\.id =)? '([^']*)')~"},
    {kName, Style::group, R"~(\bvpn(?:-connection)?\[0x[0-9a-f]+,[^,"]*,"([^"]*)")~"},
    {kName, Style::group, R"~(: set '([^']*)' \()~"},
    {kName, Style::group, R"~(^id=(.+)$)~"},
    {kHost, Style::group, R"~((?:^|[ "'/])pptp ([A-Za-z0-9][^ "']*) +(?:--|call |debug))~"},
    {kHost, Style::group, R"~(control connection to (\S+))~"},
    {kHost, Style::group, R"~(^cannot (?:connect to|resolve the server name) (\S+?):? )~"},
    {kHost, Style::group, R"~(^Host '([^']*)' possesses)~"},
    {kHost, Style::group, R"~(^Call manager for (\S+) is)~"},
    {kHost, Style::group,
     R"~(^([^ :]+): (?:Sent control packet|Received |Client connection|Outgoing call|Closing PPTP))~"},
};
constexpr const char* kPrompt = R"~(COMMAND=|^[^ ]*[$#%>] )~";
constexpr const char* kProgram = R"~(\b(?:pppd|pptp|pon|pptpsetup|nmcli|pptpctl) )~";
constexpr const char* kArgument = R"~((?:^| )(?:call|pty|nodetach|user|name|password|--?[a-z]))~";
// In a sentence about a program, these follow its name.
constexpr const char* kProse = R"~(^(?:\(|(?:cannot|did|does|had|has|is|must|was|which) ))~";
constexpr const char* kSecretsLine =
    R"~(^(?:.*\b(?:echo|printf) +(?:-\S+ +)?['"]?)?((?:"(?:[^"\\]|\\.)*"|\\.|[^\s"#])+)[ \t]+((?:"(?:[^"\\]|\\.)*"|\\.|[^\s"])+)[ \t]+((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"])+)['"]?(?:[ \t]+([^\s#]+).*|[ \t]+(#).*)?\s*$)~";

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}
std::string_view view(re2::StringPiece text) {
  return {text.data(), text.size()};
}
RE2::Options options() {
  RE2::Options options(RE2::Latin1);
  options.set_max_mem(64 << 20);
  return options;
}

// The contexts, and one automaton that says which of them a line has.
class Contexts {
 public:
  template <size_t N>
  explicit Contexts(const Context (&table)[N]) : set_(options(), RE2::UNANCHORED) {
    for (const auto& context : table) {
      set_.Add(context.lead, nullptr);
      rows_.push_back({&context, std::make_unique<RE2>(context.lead, options())});
    }
    set_.Compile();
  }
  struct Hit {
    const Context* context;
    std::string_view lead, rest, group;  // `rest` is what follows the lead
  };
  // The leads in the text, from left to right.
  std::vector<Hit> hits(std::string_view text) const {
    std::vector<Hit> found;
    std::vector<int> rows;
    RE2::Set::ErrorInfo failure{};
    if (!set_.Match(piece(text), &rows, &failure)) {
      if (failure.kind == RE2::Set::kNoError) return found;
      rows.resize(rows_.size());  // the automaton ran out of memory: try each context
      std::iota(rows.begin(), rows.end(), 0);
    }
    for (int row : rows) {
      const auto& [context, expression] = rows_[static_cast<size_t>(row)];
      re2::StringPiece groups[2];
      size_t at = 0;
      while (at <= text.size() &&
             expression->Match(piece(text), at, text.size(), RE2::UNANCHORED, groups, 2)) {
        auto end = static_cast<size_t>(groups[0].data() + groups[0].size() - text.data());
        found.push_back({context, view(groups[0]), text.substr(end), view(groups[1])});
        at = std::max(end, at + 1);
      }
    }
    std::sort(found.begin(), found.end(), [](const Hit& a, const Hit& b) {
      return a.lead.data() != b.lead.data() ? a.lead.data() < b.lead.data() : a.context < b.context;
    });
    return found;
  }

 private:
  struct Row {
    const Context* context;
    std::unique_ptr<RE2> expression;
  };
  RE2::Set set_;
  std::vector<Row> rows_;
};

// The brackets after the last value of a packet, and the punctuation of a sentence, are no name.
std::string_view without_punctuation(std::string_view word, std::string_view marks) {
  while (word.size() > 1 && marks.find(word.back()) != marks.npos) word.remove_suffix(1);
  return word;
}

std::string_view argument(std::string_view text) {
  return text.substr(0, text.find(" --", text.find(' ')));
}

bool is_command(std::string_view text) {
  static const RE2 kIsPrompt(kPrompt, options()), kIsProgram(kProgram, options()),
      kHasArgument(kArgument, options()), kIsProse(kProse, options());
  if (is_packet(text)) return false;
  auto rest = piece(text);
  if (RE2::PartialMatch(rest, kIsPrompt)) return true;
  do {
    if (!RE2::FindAndConsume(&rest, kIsProgram)) return false;
  } while (RE2::PartialMatch(rest, kIsProse));
  return RE2::PartialMatch(rest, kHasArgument);
}

bool has_letter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return !is_digit(c) && c != '.'; });
}

class Finder {
 public:
  explicit Finder(const LogLine& line) : line_(line) {}
  std::vector<PrivatePlace> all() {
    // The most frequent lines of a debug log.
    if (is_packet(line_.text) && !contains(line_.text, "\"") && !contains(line_.text, "user="))
      return {};
    static const Contexts kAll(kContexts);
    command_ = is_command(line_.text);
    secrets_line();
    for (const auto& hit : kAll.hits(line_.text)) {
      bool group = hit.context->style == Style::group;
      auto value = group ? hit.group : hit.rest.substr(0, 1);
      // A password may look like anything: what it contains says nothing about the words after it.
      bool known = is_in_value(value, hit.context->kind) ||
                   (!group && is_in_value(hit.lead, hit.context->kind));
      if (!known) take(*hit.context, hit.rest, hit.group);
    }
    server_message();
    return std::move(places_);
  }

 private:
  // Whether the part belongs to a value that was found before. Only for a password it may be a
  // name.
  bool is_in_value(std::string_view part, Private wanted) const {
    return std::any_of(places_.begin(), places_.end(), [&](const PrivatePlace& place) {
      return (place.kind == kPass || wanted != kPass) &&
             part.data() < place.text.data() + place.text.size() &&
             part.data() + part.size() > place.text.data();
    });
  }

  void take(const Context& context, std::string_view rest, std::string_view group) {
    switch (context.style) {
      case Style::group: return add(context.kind, without_quotes(group));
      case Style::value: return add_word(context.kind, value(rest));
      case Style::option: return command_ ? add_word(context.kind, value(rest)) : void();
      case Style::sentence: return is_prose(rest) ? void() : add_word(context.kind, value(rest));
      case Style::argument:
        return logged_by_sudo() ? add(context.kind, argument(rest))
                                : add_word(context.kind, value(rest));
    }
  }

  // A value without quotes may stand inside them: "password=open sesame".
  std::string_view value(std::string_view rest) const {
    if (logged_by_sudo()) return rest.substr(0, rest.find(' '));
    for (auto ends : {"'>", "\">"})  // GVariant
      if (rest.size() > 2 && rest[0] == '<' && rest[1] == ends[0] && contains(rest.substr(2), ends))
        return shell_word(rest.substr(1));
    if (rest.empty() || rest[0] == '"' || rest[0] == '\'') return shell_word(rest);
    auto before = line_.text.substr(0, line_.text.size() - rest.size());
    char quote = open_quote(before);
    if (!quote || rest.find(quote) == rest.npos) return shell_word(rest);
    size_t end = 0;
    while (end < rest.size() && rest[end] != quote) end += rest[end] == '\\' ? 2 : 1;
    return rest.substr(0, end);
  }

  bool logged_by_sudo() const { return contains(line_.text, "COMMAND="); }

  static bool is_prose(std::string_view rest) {
    Scanner in(rest);
    auto word = rest.substr(0, in.take_while([](char c) { return is_lower(to_lower(c)); }));
    auto after = in.rest().substr(0, 1);
    bool ends = after.empty() || std::string_view(" \t.,:;!?)]\"'").find(after) != after.npos;
    static const RE2 kIsAge(R"~(^\d+ [a-z]+ ago\b)~", options());
    return rest.empty() || (ends && continues_sentence(word)) ||
           RE2::PartialMatch(piece(rest), kIsAge);
  }

  void add_word(Private kind, std::string_view word) {
    auto bare = without_quotes(word);
    if (bare.size() == word.size()) {
      if (is_packet(line_.text)) bare = without_punctuation(bare, "]>");
      if (kind != kPass) bare = bare.substr(0, bare.find_first_of(",;)>]\"'"));
      if (kind != kPass) bare = without_punctuation(bare, ".:");
    }
    add(kind, bare);
  }

  void add(Private kind, std::string_view text) {
    if (text.empty() || (kind != kPass && is_nobody(text))) return;
    if (kind == kHost && is_everyday(text)) return;
    if (kind != kPass && !has_letter(text) && contains(text, ".")) return;  // an address
    if (kind == kPass) return places_.push_back({kind, text});
    // DOMAIN\\user and user@domain are two names.
    while (!text.empty()) {
      auto part = text.substr(0, text.find_first_of("\\@/"));
      if (!part.empty()) places_.push_back({kind, part});
      text.remove_prefix(std::min(text.size(), part.size() + 1));
    }
  }

  // client, server, secret, and perhaps addresses or a comment. A line that a program has written
  // is not one, nor is a sentence: its words are everybody's.
  void secrets_line() {
    static const RE2 kSecrets(kSecretsLine, options());
    if (!line_.program.empty() && !contains(line_.text, "-secrets")) return;
    if (line_.prefixed && !contains(line_.text, "-secrets")) return;
    if (contains(line_.text, "# (from ") || (command_ && !contains(line_.text, "-secrets"))) return;
    re2::StringPiece client, server, secret, address, comment;
    if (!RE2::FullMatch(piece(line_.text), kSecrets, &client, &server, &secret, &address, &comment))
      return;
    auto is_fixed = [](re2::StringPiece word) {
      auto text = view(word);
      return is_everyday(text) || !has_letter(text) || text.ends_with(':') || text.ends_with(',') ||
             text.starts_with('<') || text.starts_with('[') || text.starts_with("--");
    };
    static const std::set<std::string_view> kAnyAddress{"*", "-", "*'", "*\""};
    bool any_address = kAnyAddress.contains(view(address)) && view(client) != "Got";
    if (!any_address && (is_fixed(client) || is_fixed(server))) return;
    bool an_address = view(address).find_first_of(".:!") != std::string_view::npos;
    if (!any_address && !address.empty() && !an_address) return;
    add(kPass, without_quotes(view(secret)));
    add(kName, without_quotes(view(client)));
    add(kName, without_quotes(view(server)));
  }

  // What the server says about an account is its own free text.
  void server_message() {
    auto text = line_.text;
    auto at = contains(text, "E=") ? find_in(text, " M=") : text.npos;
    size_t skip = 3;
    if (at == text.npos && text.starts_with("Remote message: ")) at = 0, skip = 16;
    if (at == text.npos) return;
    auto message = text.substr(at + skip);
    if (auto quote = message.rfind('"'); quote != message.npos) message = message.substr(0, quote);
    Scanner in(message);
    while (in.spaces(), !in.rest().empty()) {
      auto word = without_punctuation(in.word(), ".,:;!?)");
      bool odd = word.find_first_of("0123456789@\\") != word.npos && word.find('=') == word.npos;
      if (odd && !continues_sentence(word)) add(kName, word);
    }
  }

  const LogLine& line_;
  bool command_ = false;
  std::vector<PrivatePlace> places_;
};

}  // namespace

std::vector<PrivatePlace> private_places(const LogLine& line) {
  return Finder(line).all();
}

}  // namespace callgate::diagnose
