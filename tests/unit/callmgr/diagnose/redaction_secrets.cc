// SPDX-License-Identifier: GPL-2.0-or-later
// No secret leaves a trace in a redacted log: the redacted log is the same as if the secret had
// been another one. So a word that programs print anyway, and a single character, is replaced at
// every place where a name or a password stands, and stays in the fixed texts of programs:
// replacing it there would tell the reader which word it is. Any other secret is replaced wherever
// it occurs.
#include <re2/re2.h>

#include <map>
#include <random>

#include "callmgr/diagnose/log/private_words.hh"
#include "callmgr/diagnose/log/redactor.hh"
#include "tests/unit/callmgr/diagnose/diagnosing.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"

using namespace callgate;
using namespace callgate::diagnose;
using namespace callgate::test;
using re2::RE2;

namespace {

using Random = std::mt19937;

// How a program or a shell writes a secret.
std::string plain(const std::string& secret) {
  return secret;
}
std::string escape(const std::string& secret, std::string_view special) {
  std::string text;
  for (char c : secret) {
    if (special.find(c) != special.npos) text += '\\';
    text += c;
  }
  return text;
}
std::string as_pppd(const std::string& secret) {
  std::string text;
  for (char c : secret) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') text += '\\';
    text += byte > 0x7e ? fmt::format("\\{:03o}", byte) : std::string(1, c);
  }
  return text;
}
std::string in_double_quotes(const std::string& secret) {
  return '"' + escape(secret, "\\\"") + '"';
}
std::string in_single_quotes(const std::string& secret) {
  std::string text = "'";
  for (char c : secret) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}
std::string backslashed(const std::string& secret) {
  return escape(secret, " \t\\\"'$`#&|;<>()*?[]!~{}");
}

struct Line {
  std::string before;  // the line up to the secret
  std::string (*spell)(const std::string&);
  std::string after;
  bool with_blanks = true;  // whether the form can say where a secret with blanks ends
};

const std::vector<Line> kPasswordLines{
    {"Nov 22 10:00:00 gate pppd[12]: sent [PAP AuthReq id=0x1 user=\"alice\" password=\"", as_pppd,
     "\"]"},
    {"password ", plain, "\t\t# (from /etc/ppp/peers/work)"},
    {"password ", in_single_quotes, "\t\t# (from command line)"},
    {"Got secret ", plain, ""},
    {"Nov 22 10:00:00 gate sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; "
     "COMMAND=/usr/sbin/pptpsetup --create work --server vpn.example.net --username alice "
     "--password ",
     plain, " --encrypt"},
    {"Nov 22 10:00:00 gate sudo: alice : TTY=pts/0 ; PWD=/ ; USER=root ; "
     "COMMAND=/usr/sbin/pptpsetup --password=",
     plain, " --encrypt", false},
    {"Nov 22 10:00:00 gate sudo: alice : PWD=/ ; USER=root ; COMMAND=/usr/sbin/pppd call work "
     "password ",
     plain, " nodetach", false},
    {"$ pppd call work user alice password ", in_single_quotes, " nodetach"},
    {"alice@gate:~$ pptpsetup --create work --password ", in_double_quotes, " --start"},
    {"# pptpsetup --create work --password ", backslashed, " --start"},
    {"pptpsetup --create work --password=", in_single_quotes, " --start"},
    {"$ echo 'alice work \"", as_pppd, "\" *' >> /etc/ppp/chap-secrets"},
    {"alice  work  ", in_double_quotes, "  *"},
    {"alice work ", in_double_quotes, ""},
    {"alice work ", in_double_quotes, " * # since May"},
    {"alice work ", backslashed, " *"},
    {"Nov 22 10:00:00 gate NetworkManager[5]: <debug> [1.5] ++ vpn.secrets 'password' = ",
     in_single_quotes, ""},
    {"Nov 22 10:00:00 gate nm-pptp-service[5]: {'user': <'alice'>, 'password': <", in_double_quotes,
     ">}"},
    {"nmcli connection modify work vpn.secrets \"password=", as_pppd, "\""},
    {"[vpn-secrets] password=", plain, "", false},
    {"Nov 22 10:00:00 gate pppd[12]: password: ", in_double_quotes, ""},
    {"the password is ", in_double_quotes, ""},
    {"kernel: audit: type=1309 argc=4 a0=\"pptpsetup\" a2=\"--password\" a3=", in_double_quotes,
     ""},
};
const std::vector<Line> kNameLines{
    {"sent [CHAP Response id=0x1 <00112233445566778899aabb>, name = \"", as_pppd, "\"]"},
    {"rcvd [EAP Identity id=0x1 <Name \"", as_pppd, "\">]"},
    {"sent [PAP AuthReq id=0x1 user=\"", as_pppd, "\" password=\"x\"]"},
    {"name ", plain, "\t\t# (from /etc/ppp/peers/work)"},
    {"user ", plain, "\t\t# (from command line)"},
    {"Nov 22 10:00:00 gate sudo: bob : PWD=/ ; USER=root ; COMMAND=/usr/sbin/pptpsetup --username ",
     plain, " --encrypt"},
    {"$ pptpsetup --domain ", in_single_quotes, " --create work"},
    {"$ pppd call work user ", in_single_quotes, " nodetach"},
    {"Nov 22 10:00:00 gate NetworkManager[5]: <info> VPN connection '", plain,
     "' (Connect) reply received.", false},
    {"Nov 22 10:00:00 gate NetworkManager[5]: <info> [1.2] vpn[0x55d0,8a7b0f6e-0000-4444-8888-"
     "0123456789ab,\"",
     plain, "\"]: starting pptp", false},
    {"user=", plain, "", false},
    {"rcvd [CHAP Failure id=0x1 \"E=691 R=0 M=Account ", in_single_quotes, " is locked\"]"},
};

std::string random_from(Random& random, std::string_view characters, size_t most) {
  std::string text;
  for (auto size = 1 + random() % most; text.size() < size;)
    text += characters[random() % characters.size()];
  return text;
}

const char* const kOdd = "abcXYZ019 :;'\"\\#*-_.,!?$`(){}[]<>|&%^~=+/@\xc3\xa9";
const char* const kCommon[] = {"client", "user",   "server", "password", "secret", "sent",
                               "rcvd",   "LCP",    "name",   "pppd",     "failed", "--password",
                               "ppp",    "ppp0",   "pptp",   "the",      "found",  "required",
                               "root",   "remote", "any",    "--",       "#",      "*"};

std::string name_of(Random& random) {
  if (random() % 4 == 0) return kCommon[random() % std::size(kCommon)];
  return random_from(random, "abcXYZ019._- \xc3\xa9", 1 + random() % 16);
}

std::string secret_of(Random& random) {
  switch (random() % 6) {
    case 0: return random_from(random, kOdd, 1);
    case 1: return kCommon[random() % std::size(kCommon)];
    case 2: return random_from(random, kOdd, 4);
    case 3: return "--" + random_from(random, "abcXYZ019-:", 8);
    case 4: return random_from(random, "abcdefghijklmnopqrstuvwxyzABCDEFG0123456789", 12);
    default: return random_from(random, kOdd, 20);
  }
}

// Blanks at the ends belong to nobody's password, and quotes alone cannot be told from syntax.
bool is_usable(const std::string& secret) {
  return secret.front() != ' ' && secret.back() != ' ' &&
         secret.find_first_not_of(" '\"\\") != secret.npos;
}

// Without the numbers of the placeholders, and without what only shows how a secret is quoted or
// that a name has two parts.
std::string form_of(const std::string& redacted) {
  auto text = redacted;
  RE2::GlobalReplace(&text, R"((password|name|host)-\d+)", "X");
  RE2::GlobalReplace(&text, R"(['"\\]*X(['"\\@/]*X)*['"\\@/]*)", "X");
  return text;
}

std::string form_of(const Line& line, const std::string& secret) {
  return form_of(redacted(line.before + line.spell(secret) + line.after + "\n"));
}

void expect_no_trace(const std::vector<Line>& lines, const std::string& secret) {
  static std::map<const Line*, std::string> forms;  // with another secret
  bool blanks = secret.find(' ') != secret.npos;
  for (const auto& line : lines) {
    if (blanks && !line.with_blanks) continue;
    auto& other = forms[&line];
    if (other.empty()) other = form_of(line, "Reference7secret");
    CAPTURE(secret, line.before, line.after);
    CHECK(form_of(line, secret) == other);
  }
}

}  // namespace

TEST_CASE("2000 passwords leave no trace in a report, whatever they are and wherever they stand") {
  Random random(12);
  for (int i = 0; i < 2000;) {
    auto secret = secret_of(random);
    if (!is_usable(secret)) continue;
    expect_no_trace(kPasswordLines, secret);
    i++;
  }
}

TEST_CASE("names leave no trace in a report, whatever they are and wherever they stand") {
  Random random(13);
  for (int i = 0; i < 500;) {
    auto name = name_of(random);
    // A name that is the word "password" hides the word after it too.
    bool key =
        name.find("password") != name.npos || name == "secret" || name.find(" --") != name.npos;
    bool letters = name.find_first_of("abcXYZ") != name.npos && name.back() != '.';
    if (!is_usable(name) || is_nobody(name) || key || !letters) continue;
    expect_no_trace(kNameLines, name);
    i++;
  }
}

TEST_CASE("a password is replaced also where nothing says that it is one") {
  Random random(14);
  for (int i = 0; i < 2000;) {
    auto secret = secret_of(random);
    bool quoted = secret.front() == secret.back() && secret.find_first_of("'\"") == 0;
    if (!is_usable(secret) || secret.size() < 4 || is_everyday(secret) || quoted) continue;
    i++;
    auto log = [](const std::string& value) {
      return "Got secret " + value + "\npppd[12]: somebody wrote " + value + " here, and '" +
             backslashed(value) + "' there\n";
    };
    CAPTURE(secret);
    CHECK(form_of(redacted(log(secret))) == form_of(redacted(log("Reference7secret"))));
  }
}

TEST_CASE("the longest of several passwords is replaced first") {
  auto text =
      redacted("Got secret Hunter\nGot secret Hunter:2-tail9\nx Hunter:2-tail9 y Hunter z\n");
  CHECK_THAT(text, contains("x password-2 y password-1 z"));
}
