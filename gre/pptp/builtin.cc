// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/builtin.hh"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/channel/link_options.hh"
#include "common/pppd/engine_options.hh"
#include "common/pppd/secrets_file.hh"
#include "common/system/log.hh"
#include "common/system/unique_fd.hh"
#include "gre/pptp/dial.hh"
#include "gre/pptp/dial_several.hh"
#include "gre/pptp/forget.hh"
#include "gre/tunnel/tun_device.hh"
#include "gre/tunnel/tunnel.hh"

namespace callgate {
namespace {

constexpr size_t kMostText = 1 << 20;  // bytes of a file
constexpr int kNotRoot = 3;            // pppd's exit status

// pppd reads the file of its real user, of root too.
std::string file_of_user() {
  auto* user = getpwuid(getuid());
  return user && user->pw_dir && *user->pw_dir ? std::string(user->pw_dir) + "/.ppprc" : "";
}

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

// In pppd's order: the system's options, the user's, the command line.
std::variant<EngineOptions, Reason> read_options(const Words& words) {
  OptionLoader load = load_pppd_file;
  OptionReader reader(load);
  reader.read_file(kPppdOptions, false);
  if (auto own = file_of_user(); !own.empty()) reader.read_file(own, false);
  reader.read_words(words);
  return engine_options(reader, host_name());
}

// The words that pppd would get. The user's own come last, so that they win.
Words command_line_words(const PptpOptions& options, uint32_t mtu) {
  Words words;
  if (!options.tunnel.empty()) words = {"call", options.tunnel};
  if (options.debug) words.push_back("nodetach");
  for (auto name : {"mtu", "mru"})
    if (mtu) words.insert(words.end(), {name, std::to_string(mtu)});
  words.insert(words.end(), options.pppd_options.begin(), options.pppd_options.end());
  return words;
}

void warn_of_readers(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0 && status.st_mode & (S_IRWXG | S_IRWXO))
    log::warning("Warning - secret file {} has world and/or group access", path);
}

// PAP sends the password itself, so the user has to have written it down for PAP.
bool has_pap_secret(const SecretsPlace& place) {
  auto file = load_pppd_file(place.pap);
  return !file.error && find_secret(file.text, place.client, place.server, load_pppd_file).line > 0;
}

// The process that holds the secrets reads the files again, so that this one can forget them.
void read_secrets_later(TunnelOptions& tunnel, const SecretsPlace& place, const Words& words) {
  tunnel.read_secrets = [place, words]() -> TunnelSecrets {
    auto again = read_options(words);
    auto* options = std::get_if<EngineOptions>(&again);
    std::vector<std::string> notes;
    auto secrets = read_secrets(options ? options->secrets : place, load_pppd_file, notes);
    for (const auto& note : notes) log::warning("{}", note);
    return secrets;
  };
}

[[noreturn]] void dial_for_tunnel(PptpOptions options) {
  options.call.interface = interface_of_tun(kGatewayTun);
  if (!options.more_servers.empty()) _exit(dial_several(std::move(options), kGatewayLink));
  auto reason = look_up(options, kGatewayLink);
  _exit(reason ? fail(*reason) : dial(options));
}

void list(const EngineOptions& options) {
  fmt::print("options in effect:\n");
  for (const auto& line : options.listing) fmt::print("{}\n", line);
  std::fflush(stdout);
}

}  // namespace

OptionText load_pppd_file(const std::string& path) {
  OptionText file;
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return {"", errno};
  std::array<char, 4096> buffer{};
  for (;;) {
    ssize_t got = read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {"", errno};
    if (got == 0) return file;
    file.text.append(buffer.data(), static_cast<size_t>(got));
    if (file.text.size() > kMostText) return {"", EFBIG};
  }
}

int run_builtin(const PptpOptions& given, uint32_t mtu) {
  auto words = command_line_words(given, mtu);
  auto read = read_options(words);
  if (auto* reason = std::get_if<Reason>(&read)) return fail(*reason);
  auto& engine = std::get<EngineOptions>(read);
  for (const auto& note : engine.notes) log::notice("{}", note);
  if (engine.dump || engine.dry_run) list(engine);
  if (engine.dry_run) return 0;
  if (geteuid() != 0) {
    log::error(
        "a tunnel without pppd needs root, because it creates the interface and sets its "
        "addresses: try it as root, or with --ppp pppd");
    return kNotRoot;
  }
  auto& tunnel = engine.tunnel;
  if (engine.secrets.password.empty())
    for (const auto& path : {engine.secrets.chap, engine.secrets.pap}) warn_of_readers(path);
  tunnel.link.pap = tunnel.link.pap && has_pap_secret(engine.secrets);
  explicit_bzero(engine.secrets.password.data(), engine.secrets.password.capacity());
  engine.secrets.password.clear();
  read_secrets_later(tunnel, engine.secrets, words);
  tunnel.link.measure_mtu = given.mtu_auto;
  tunnel.server_name = given.call.server_name;
  for (const auto& server : given.more_servers) tunnel.server_name += " or " + server;
  PptpOptions options = given;
  options.call.tunnel = tunnel.call_file;
  options.gateway.link = tunnel.link;
  forget_stack();
  return run_tunnel(tunnel, [options] { dial_for_tunnel(options); });
}

}  // namespace callgate
