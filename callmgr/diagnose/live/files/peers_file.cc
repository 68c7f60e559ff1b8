// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/files/peers_file.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "callmgr/diagnose/live/faults.hh"
#include "common/command_line/pptp_options.hh"
#include "common/command_line/shell_quote.hh"

namespace callgate::diagnose::live {
namespace {

constexpr int kMostNested = 4;

// pppd's options that take a value. The value must not be taken for an option.
const std::set<std::string> kTakesValue{"active-filter",
                                        "bsdcomp",
                                        "call",
                                        "chap-interval",
                                        "chap-max-challenge",
                                        "chap-restart",
                                        "connect",
                                        "deflate",
                                        "disconnect",
                                        "domain",
                                        "eap-interval",
                                        "eap-max-rreq",
                                        "eap-max-sreq",
                                        "eap-restart",
                                        "eap-timeout",
                                        "escape",
                                        "file",
                                        "holdoff",
                                        "idle",
                                        "ifname",
                                        "init",
                                        "ip-down-script",
                                        "ip-up-script",
                                        "ipcp-max-configure",
                                        "ipcp-max-failure",
                                        "ipcp-max-terminate",
                                        "ipcp-restart",
                                        "ipparam",
                                        "ipv6",
                                        "lcp-echo-failure",
                                        "lcp-echo-interval",
                                        "lcp-max-configure",
                                        "lcp-max-failure",
                                        "lcp-max-terminate",
                                        "lcp-restart",
                                        "linkname",
                                        "logfd",
                                        "logfile",
                                        "maxconnect",
                                        "maxfail",
                                        "mru",
                                        "ms-dns",
                                        "ms-wins",
                                        "mtu",
                                        "name",
                                        "netmask",
                                        "pap-max-authreq",
                                        "pap-restart",
                                        "pap-timeout",
                                        "pass-filter",
                                        "password",
                                        "plugin",
                                        "pptp_server",
                                        "pty",
                                        "record",
                                        "remotename",
                                        "remotenumber",
                                        "set",
                                        "unit",
                                        "unset",
                                        "user",
                                        "vj-max-slots",
                                        "welcome",
                                        "connect-delay",
                                        "child-timeout",
                                        "defaultroute-metric"};

void complain_about(const PppdWord& word, const std::string& option, const std::string& path,
                    Complaints& complaints) {
  auto where = fmt::format("line {} of {}", word.line, path);
  if (word.quoted_to_end)
    complaints.push_back(failure("peers-open-quote",
                                 fmt::format("{}: a quote is opened and never closed", where),
                                 std::to_string(word.line), shell_quote(path)));
  if (word.cut_by_comment)
    complaints.push_back(failure("peers-unquoted-hash",
                                 fmt::format("{}: the value of {} is cut off by #", where, option),
                                 option));
  bool identity = option == "name" || option == "user" || option == "remotename";
  if (identity && word.text.find("\\\\") != word.text.npos)
    complaints.push_back(failure(
        "peers-four-backslashes",
        fmt::format("{}: {} has two backslashes left, after pppd has read it", where, option),
        option));
  if (identity && word.lost_backslash)
    complaints.push_back(failure(
        "peers-lost-backslash",
        fmt::format("{}: the backslash in the value of {} is lost", where, option), option));
}

class PeersReader {
 public:
  PeersReader(PeersFile& peers, const PeersLoader& load) : peers_(peers), load_(load) {}

  int read(const std::string& path, int depth) {
    auto file = load_(path);
    if (file.error) return file.error;
    if (depth == 0) peers_.text = file.text;
    auto words = pppd_words(file.text);
    for (size_t i = 0; i < words.size(); i++) {
      auto option = words[i].text;
      bool takes = kTakesValue.count(option) > 0 && i + 1 < words.size();
      const auto& value = takes ? words[++i] : words[i];
      complain_about(value, option, path, peers_.of_words);
      peers_.options[option] = {takes ? value : PppdWord{.line = value.line}, ++place_};
      include(option, value.text, depth);
    }
    return 0;
  }

 private:
  // If a file cannot be read, pppd reports it.
  void include(const std::string& option, const std::string& value, int depth) {
    if (depth >= kMostNested) return;
    if (option == "file") read(value, depth + 1);
    if (option == "call") read("/etc/ppp/peers/" + value, depth + 1);
  }

  PeersFile& peers_;
  const PeersLoader& load_;
  size_t place_ = 0;
};

bool is_pptp(const std::string& word) {
  return word == "pptp" || word.ends_with("/pptp");
}

// pppd gives the command to a shell. Other programs may start pptp ("exec", "sudo", "sh -c"), and
// other commands may follow it.
std::vector<std::string> pptp_command(std::string_view command) {
  std::vector<std::string> pptp;
  std::string before;
  for (const auto& word : pppd_words(command)) {
    if (pptp.empty() && before == "-c") pptp = pptp_command(word.text);
    before = word.text;
    if (pptp.empty() && !is_pptp(word.text)) continue;
    auto end = word.text.find_first_of(";|&<>");
    if (end != 0) pptp.push_back(word.text.substr(0, end));
    if (end != std::string::npos) break;
  }
  return pptp;
}

}  // namespace

std::string PeersFile::value(const std::string& option) const {
  auto found = options.find(option);
  return found == options.end() ? std::string() : found->second.value.text;
}

bool PeersFile::has_after(const std::string& option, const std::string& other) const {
  auto ours = options.find(option), theirs = options.find(other);
  return ours != options.end() &&
         (theirs == options.end() || theirs->second.place < ours->second.place);
}

std::string PeersFile::server() const {
  if (has_kernel_plugin()) return value("pptp_server");
  for (size_t i = 1; i < pty.size(); i++) {
    if (pptp_option_takes_next(pty[i]))
      i++;
    else if (!pty[i].starts_with('-'))
      return pty[i];
  }
  return {};
}

// Abbreviations are allowed, unless they are so short that they are ambiguous.
bool PeersFile::pty_has(const std::string& option) const {
  return std::any_of(pty.begin(), pty.end(), [&](const std::string& word) {
    return word.size() >= 4 && option.starts_with(word);
  });
}

PeersFile parse_peers(const std::string& path, const PeersLoader& load) {
  PeersFile peers{.path = path};
  PeersReader reader(peers, load);
  reader.read("/etc/ppp/options", 1);  // pppd reads it first; it need not exist
  peers.error = reader.read(path, 0);
  peers.pty = pptp_command(peers.value("pty"));
  return peers;
}

}  // namespace callgate::diagnose::live
