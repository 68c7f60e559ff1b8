// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/hooks.hh"

#include <fcntl.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "common/system/log.hh"
#include "config.hh"
#include "gre/tunnel/interface.hh"

namespace callgate {
namespace {

constexpr const char* kOwnScript = CALLGATE_LIBEXEC_DIR "/pptp-dns";
constexpr const char* kPath = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";
constexpr const char* kSpeed = "0";  // bit/s; no tunnel has one
// pppd's stand-in for the address of a peer that tells none: 10.64.64.64 and the unit.
constexpr uint32_t kUnknownPeer = 0x0a404040;

// The number at the end of the interface's name. pppd gives a number to an interface of any name.
std::string unit_text(const Standing& standing) {
  auto digits = standing.interface.find_last_not_of("0123456789");
  auto unit =
      digits == standing.interface.npos ? standing.interface : standing.interface.substr(digits + 1);
  return unit.empty() ? "0" : unit;
}

std::string remote_text(const Standing& standing) {
  uint32_t remote = standing.ipv4_report.remote;
  auto unit = static_cast<uint32_t>(std::strtoul(unit_text(standing).c_str(), nullptr, 10));
  return ipv4_text(remote ? remote : kUnknownPeer + unit);
}

std::string user_name() {
  const passwd* user = getpwuid(getuid());
  return user ? user->pw_name : std::to_string(getuid());
}

const std::string& path_of(Hook hook, const TunnelOptions& options) {
  switch (hook) {
    case Hook::ip_pre_up: return options.ip_pre_up;
    case Hook::ip_up: return options.ip_up;
    case Hook::ip_down: return options.ip_down;
    case Hook::ipv6_up: return options.ipv6_up;
    case Hook::ipv6_down: return options.ipv6_down;
    case Hook::auth_up: return options.auth_up;
    case Hook::auth_down: return options.auth_down;
  }
  return options.ip_up;
}

bool is_down(Hook hook) {
  return hook == Hook::ip_down || hook == Hook::ipv6_down || hook == Hook::auth_down;
}

class Environment {
 public:
  void set(std::string_view name, std::string_view value) {
    entries.push_back(fmt::format("{}={}", name, value));
  }
  std::vector<std::string> entries;
};

void add_addresses(Environment& environment, const TunnelOptions& options,
                   const Standing& standing) {
  const auto& ipv4 = standing.ipv4_report;
  const auto& ipv6 = standing.ipv6_report;
  if (ipv4.local) {
    environment.set("IPLOCAL", ipv4_text(ipv4.local));
    environment.set("IPREMOTE", remote_text(standing));
  }
  if (standing.old_local) environment.set("OLDIPLOCAL", ipv4_text(standing.old_local));
  if (standing.old_remote) environment.set("OLDIPREMOTE", ipv4_text(standing.old_remote));
  if (ipv6.local_interface) {
    environment.set("LLLOCAL", link_local_text(ipv6.local_interface));
    environment.set("LLREMOTE", link_local_text(ipv6.remote_interface));
  }
  for (size_t i = 0; i < 2; i++) {
    if (ipv4.dns[i]) environment.set(i ? "DNS2" : "DNS1", ipv4_text(ipv4.dns[i]));
    if (ipv4.wins[i]) environment.set(i ? "WINS2" : "WINS1", ipv4_text(ipv4.wins[i]));
  }
  if (options.link.dns && (ipv4.dns[0] || ipv4.dns[1])) environment.set("USEPEERDNS", "1");
  if (options.link.wins && (ipv4.wins[0] || ipv4.wins[1])) environment.set("USEPEERWINS", "1");
}

std::vector<std::string> environment_of(Hook hook, const TunnelOptions& options,
                                        const Standing& standing) {
  Environment environment;
  environment.set("DEVICE", device_name(options));
  environment.set("IFNAME", standing.interface);
  environment.set("UNIT", unit_text(standing));
  environment.set("SPEED", kSpeed);
  environment.set("PPPD_PID", std::to_string(standing.process));
  environment.set("ORIG_UID", std::to_string(getuid()));
  environment.set("PPPLOGNAME", user_name());
  if (!options.call_file.empty()) environment.set("CALL_FILE", options.call_file);
  if (!options.linkname.empty()) environment.set("LINKNAME", options.linkname);
  add_addresses(environment, options, standing);
  if (is_down(hook)) {
    environment.set("CONNECT_TIME", std::to_string(monotonic_seconds() - standing.since));
    environment.set("BYTES_SENT", std::to_string(standing.sent));
    environment.set("BYTES_RCVD", std::to_string(standing.received));
  }
  environment.set("CALLGATE", CALLGATE_VERSION);  // pptp-dns: this is a tunnel of ours
  for (const auto& [name, value] : options.environment) environment.set(name, value);
  return environment.entries;
}

std::vector<std::string> arguments_of(Hook hook, const TunnelOptions& options,
                                      const Standing& standing) {
  auto device = device_name(options);
  if (hook == Hook::auth_up || hook == Hook::auth_down)
    return {standing.interface, options.remotename, user_name(), device, kSpeed};
  if (hook == Hook::ipv6_up || hook == Hook::ipv6_down)
    return {standing.interface,
            device,
            kSpeed,
            link_local_text(standing.ipv6_report.local_interface),
            link_local_text(standing.ipv6_report.remote_interface),
            options.ipparam};
  return {standing.interface,    device,         kSpeed, ipv4_text(standing.ipv4_report.local),
          remote_text(standing), options.ipparam};
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

[[noreturn]] void become(const Script& script, const std::vector<char*>& arguments,
                         const std::vector<char*>& environment) {
  setsid();
  umask(077);
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  int null = open("/dev/null", O_RDWR);
  for (int standard = 0; standard <= 2; standard++) dup2(null, standard);
  close_range(STDERR_FILENO + 1, ~0u, 0);
  if (chdir("/") < 0 || setuid(0) < 0) _exit(99);
  setpriority(PRIO_PROCESS, 0, 0);
  execve(script.path.c_str(), arguments.data(), environment.data());
  _exit(99);
}

}  // namespace

std::string device_name(const TunnelOptions& options) {
  return options.call_file.empty() ? options.server_name : options.call_file;
}

Script script_of(Hook hook, const TunnelOptions& options, const Standing& standing) {
  Script script{path_of(hook, options), arguments_of(hook, options, standing),
                environment_of(hook, options, standing), is_down(hook)};
  bool ip = hook == Hook::ip_up || hook == Hook::ip_down;
  if (ip && options.link.dns && access(script.path.c_str(), F_OK) != 0) {
    script.path = kOwnScript;
    script.arguments = {hook == Hook::ip_up ? "up" : "down", standing.interface};
    if (hook == Hook::ip_up) script.arguments.push_back(options.ipparam);
    script.environment.push_back(fmt::format("PATH={}", kPath));
  }
  return script;
}

pid_t start_script(const Script& script) {
  struct stat file;
  if (stat(script.path.c_str(), &file) < 0 || !S_ISREG(file.st_mode) ||
      (file.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
    return 0;
  std::vector<std::string> words{script.path};
  words.insert(words.end(), script.arguments.begin(), script.arguments.end());
  auto arguments = pointers(words), environment = pointers(script.environment);
  pid_t pid = fork();
  if (pid == 0) become(script, arguments, environment);
  if (pid < 0)
    log::error("cannot start {}: {}", script.path, std::strerror(errno));
  else
    log::debug("Script {} started (pid {})", script.path, pid);
  return pid;
}

void wait_for(pid_t pid, std::chrono::milliseconds limit) {
  constexpr auto kPause = std::chrono::milliseconds(20);
  const timespec pause{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(kPause).count()};
  auto end = std::chrono::steady_clock::now() + limit;
  while (pid > 0 && waitpid(pid, nullptr, WNOHANG) == 0 && std::chrono::steady_clock::now() < end)
    nanosleep(&pause, nullptr);
}

void ScriptQueue::run(Script script) {
  bool begun = true;
  for (; script.undoes && !waiting_.empty() && !waiting_.back().undoes; begun = false)
    waiting_.pop_back();
  if (begun) waiting_.push_back(std::move(script));
  next();
}

void ScriptQueue::next() {
  while (running_ == 0 && !waiting_.empty()) {
    path_ = waiting_.front().path;
    running_ = std::max(start_script(waiting_.front()), 0);
    waiting_.pop_front();
  }
}

bool ScriptQueue::reaped(pid_t pid, int status) {
  if (pid != running_ || pid == 0) return false;
  log::debug("Script {} finished (pid {}), status = {:#x}", path_, pid, status);
  running_ = 0;
  next();
  return true;
}

}  // namespace callgate
