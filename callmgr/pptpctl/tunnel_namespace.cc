// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/tunnel_namespace.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "callmgr/pptpctl/errors.hh"
#include "callmgr/pptpctl/up_file.hh"
#include "common/system/os_error.hh"
#include "common/system/sandbox.hh"
#include "common/wire/ip_address.hh"

namespace callgate {
namespace {

constexpr const char* kResolvConf = "/etc/resolv.conf";
// The sockets of systemd-resolved, nscd and Avahi, which look names up outside of the namespace.
constexpr const char* kResolvers[] = {"/run/systemd/resolve", "/run/nscd", "/run/avahi-daemon"};

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Addresses between blanks, commas and line ends. "#" begins a comment. TUNNEL.dns also has lines
// of other words.
std::vector<std::string> addresses(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line.resize(std::min(line.size(), line.find('#')));
    for (auto& letter : line)
      if (letter == ',') letter = ' ';
    std::istringstream words(line);
    for (std::string word; words >> word;)
      if (IpAddress::parse(word)) found.push_back(word);
  }
  return found;
}

bool is_directory(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::string resolv_conf_text(const std::vector<std::string>& name_servers) {
  std::string text = "# written by pptpctl exec\n";
  for (const auto& server : name_servers) text += fmt::format("nameserver {}\n", server);
  return text;
}

void write_file(const std::string& path, const std::string& text) {
  int fd = check(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644),
                 "create {}", path);
  bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  if (!written) throw OsError(ENOSPC, "write " + path);
}

// The file may be below a directory that is hidden now; then it is new.
void replace_resolv_conf(const std::string& real, const std::string& text) {
  if (access(real.c_str(), F_OK) != 0) return write_file(real, text);
  auto fresh = fmt::format("/run/callgate-exec-{}.resolv", getpid());
  unlink(fresh.c_str());
  write_file(fresh, text);
  int failed = mount(fresh.c_str(), real.c_str(), nullptr, MS_BIND, nullptr);
  int error = errno;
  unlink(fresh.c_str());
  if (failed) throw OsError(error, "mount a file over " + real);
}

}  // namespace

NamespaceUser find_user(const std::string& name) {
  if (name.empty()) return {};
  auto* found = getpwnam(name.c_str());
  if (!found) throw Refused(fmt::format("run a command as {}: there is no such user", name));
  return {name, found->pw_dir, found->pw_uid, found->pw_gid};
}

std::vector<std::string> name_servers_of(const std::string& tunnel, const std::string& given) {
  if (!given.empty()) return addresses(given);
  auto configured = addresses(text_of(fmt::format("/etc/ppp/callgate/{}.dns", tunnel)));
  if (!configured.empty()) return configured;
  auto up = parse_up_file(text_of(up_file_path(tunnel).value_or("")));
  return up ? addresses(up->dns) : std::vector<std::string>{};
}

void create_namespaces() {
  check(unshare(CLONE_NEWNET | CLONE_NEWNS), "create a network namespace");
}

void hide_resolvers(const std::vector<std::string>& name_servers) {
  check(mount("", "/", nullptr, MS_REC | MS_SLAVE, nullptr), "keep mounts in this namespace");
  std::error_code none;
  auto real = std::filesystem::canonical(kResolvConf, none).string();
  for (const auto* directory : kResolvers)
    if (is_directory(directory))
      check(mount("tmpfs", directory, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755"),
            "hide {}", directory);
  if (!real.empty()) replace_resolv_conf(real, resolv_conf_text(name_servers));
}

void enter_user(const NamespaceUser& user) {
  for (unsigned long capability : {CAP_SYS_ADMIN, CAP_SYS_PTRACE, CAP_SYS_MODULE})
    check(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), "drop a capability");
  if (user.name.empty()) return;
  forbid_typing();
  check(initgroups(user.name.c_str(), user.gid), "set the groups of {}", user.name);
  check(setgid(user.gid), "set the group of {}", user.name);
  check(setuid(user.uid), "become {}", user.name);
  setenv("HOME", user.home.c_str(), 1);
  setenv("USER", user.name.c_str(), 1);
  setenv("LOGNAME", user.name.c_str(), 1);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // the change of the user has cleared it
}

}  // namespace callgate
