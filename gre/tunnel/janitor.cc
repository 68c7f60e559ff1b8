// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/janitor.hh"

#include <sys/prctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <ctime>

#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "gre/tunnel/hooks.hh"

namespace callgate {
namespace {

constexpr size_t kMaxRecord = 65'536;                  // bytes
constexpr auto kScriptTime = std::chrono::seconds(5);  // pppd's child-timeout

// The scripts that the tunnel process has started are not our children.
void wait_for_strangers(const Standing& standing) {
  const timespec pause{.tv_sec = 0, .tv_nsec = 20'000'000};
  auto end = std::chrono::steady_clock::now() + kScriptTime;
  for (uint32_t pid : standing.scripts)
    while (kill(static_cast<pid_t>(pid), 0) == 0 && std::chrono::steady_clock::now() < end)
      nanosleep(&pause, nullptr);
}

void undo(const TunnelOptions& options, Standing standing) {
  log::warning("the tunnel process has died: undoing what it has set for {}", standing.interface);
  restore_routes(standing);
  wait_for_strangers(standing);
  auto run = [&](bool wanted, Hook hook) {
    if (wanted) wait_for(start_script(script_of(hook, options, standing)), kScriptTime);
  };
  run(standing.ipv4, Hook::ip_down);
  run(standing.ipv6, Hook::ipv6_down);
  run(standing.authenticated, Hook::auth_down);
  remove_resolv_conf(standing);
  remove_files(standing);
}

void watch(int socket, const TunnelOptions& options) {
  prctl(PR_SET_DUMPABLE, 0);
  Standing standing;
  std::vector<uint8_t> record(kMaxRecord);
  ssize_t size;
  while ((size = recv(socket, record.data(), record.size(), 0)) > 0 ||
         (size < 0 && errno == EINTR)) {
    if (size < 0) continue;
    Reader reader(ByteSpan(record).first(static_cast<size_t>(size)));
    Standing next;
    reader.get(next);
    if (reader.done()) standing = std::move(next);
  }
  if (!standing.is_empty()) undo(options, std::move(standing));
}

}  // namespace

Janitor::Janitor(const TunnelOptions& options) : options_(options) {
  start();
}

// tell() tries again if this fails.
void Janitor::start() try {
  child_ = start_child("pptp-janitor", [this](int socket) { watch(socket, options_); });
} catch (const OsError& trouble) {
  log::error("{}: if this process is killed now, nobody cleans up", trouble.what());
}

void Janitor::tell(const Standing& standing) {
  last_ = standing;
  if (!child_.socket && restarts_ <= kMostRestarts) start();
  Bytes record;
  Writer(record).put(standing);
  // If the janitor has died, reaped() starts another and tells it the same.
  send(child_.socket.get(), record.data(), record.size(), MSG_NOSIGNAL);
}

bool Janitor::reaped(pid_t pid) {
  if (pid != child_.pid) return false;
  child_ = {};
  if (restarts_++ == kMostRestarts) {
    log::error("the janitor has died too often: if this process is killed, nobody cleans up");
    return true;
  }
  log::warning("the janitor has died: starting another one");
  tell(Standing(last_));
  return true;
}

}  // namespace callgate
