// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/standing.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "common/system/log.hh"
#include "common/system/unique_fd.hh"
#include "gre/tunnel/interface.hh"

namespace callgate {
namespace {

// The directory belongs to root, so nobody else can plant a name there. All the same, no link is
// followed, because /etc/ppp/resolv.conf may be one.
bool replace_file(const std::string& path, const std::string& text) {
  unlink(path.c_str());
  UniqueFd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file) return false;
  fchmod(file.get(), 0644);
  return write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::string contents(const char* path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

uint32_t pid_in(const std::string& path) {
  std::ifstream file(path);
  uint32_t pid = 0;
  file >> pid;
  return pid;
}

}  // namespace

uint64_t monotonic_seconds() {
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(
                                   std::chrono::steady_clock::now().time_since_epoch())
                                   .count());
}

void write_file(const std::string& path, const std::string& text) {
  if (!replace_file(path, text)) log::error("Failed to create {}: {}", path, std::strerror(errno));
}

std::string resolv_conf_for(const LinkReport& report) {
  std::string text;
  for (uint32_t server : report.dns)
    if (server) text += fmt::format("nameserver {}\n", ipv4_text(server));
  return text;
}

// Another tunnel may have got the same interface or linkname meanwhile, and may have written its
// own.
void remove_files(Standing& standing) {
  for (const auto& file : standing.files)
    if (pid_in(file) == standing.process && unlink(file.c_str()) < 0 && errno != ENOENT)
      log::warning("cannot remove {}: {}", file, std::strerror(errno));
  standing.files.clear();
}

// Another tunnel may have written its own meanwhile.
void remove_resolv_conf(Standing& standing) {
  if (!standing.resolv_conf.empty() && contents(kResolvConf) == standing.resolv_conf)
    unlink(kResolvConf);
  standing.resolv_conf.clear();
}

void restore_routes(Standing& standing) {
  for (const auto& route : standing.replaced) {
    int error = restore_route(route, standing.interface);
    if (error && error != EEXIST)
      log::error("cannot restore the default route: {}", std::strerror(error));
    else
      log::notice("restoring old default route");
  }
  standing.replaced.clear();
}

}  // namespace callgate
