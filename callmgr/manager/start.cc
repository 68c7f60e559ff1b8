// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/start.hh"

#include <systemd/sd-daemon.h>

#include "callmgr/manager/descriptor_passing.hh"
#include "common/channel/manager_socket.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

void inherit(ManagerStart& start, handover::Estate estate) {
  start.estate = std::move(estate);
  auto listening = start.estate->descriptors.take(start.head().listener);
  if (!start.listener) start.listener = std::move(listening);
}

// Systemd, or the pptp that started us, binds the socket before we exist, so that nobody has to
// wait for us. Other descriptors that systemd passes are those that the manager before us has
// stored.
ManagerStart passed_by_starter() {
  ManagerStart start;
  std::vector<UniqueFd> others;
  int count = sd_listen_fds(1);
  for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + count; fd++) {
    bool listening = sd_is_socket(fd, AF_UNIX, SOCK_SEQPACKET, 1) > 0;
    if (listening && !start.listener)
      start.listener.reset(fd);
    else
      others.emplace_back(fd);
  }
  if (others.empty()) return start;
  try {
    inherit(start, handover::sort_out(std::move(others)));
  } catch (const OsError& failure) {
    log::error(
        "cannot {}: its calls are over. Its host routes remain until the servers are called again;"
        " to see them: ip route show proto {}",
        failure.what(), kRouteProtocol);
    clear_descriptor_store();
  }
  return start;
}

ManagerStart taken_over(const std::string& path) {
  auto channel = Channel::connect(path);
  auto welcome = channel.receive();
  if (!std::holds_alternative<ChannelMessage>(welcome)) throw OsError(EPROTO, "talk to " + path);
  const TakeOver question{.oldest_image = handover::kOldestVersion,
                          .newest_image = handover::kVersion};
  ManagerStart start;
  inherit(start, handover::sort_out(receive_descriptors(channel.fd(), question)));
  start.giver = std::move(channel);
  return start;
}

UniqueFd listening_socket(const std::string& path) {
  make_socket_directory(path);
  auto lock = lock_manager_socket(path);
  try {
    Channel::connect(path);
  } catch (const OsError&) {
    return listen_on_manager_socket(path);
  }
  throw OsError(EADDRINUSE, "listen on " + path);
}

}  // namespace

ManagerStart start_of_manager(const std::string& path, bool take_over) {
  auto start = take_over ? taken_over(path) : passed_by_starter();
  if (!start.listener) start.listener = listening_socket(path);
  return start;
}

void take_possession(ManagerStart& start) {
  if (!start.giver) return clear_descriptor_store();
  if (!start.giver->send(Taken{}))
    throw OsError(errno, "take over: the running call manager did not wait, and goes on");
  start.giver.reset();
}

void leave_to_systemd(Manager& manager) try {
  manager.leave(store_descriptors);
} catch (const OsError& failure) {
  log::warning("no handover: cannot {}", failure.what());
}

bool owns_socket() {
  return getenv("NOTIFY_SOCKET") == nullptr;
}

void remove_socket(const std::string& path) try {
  auto lock = lock_manager_socket(path);
  unlink(path.c_str());
} catch (const OsError& error) {
  log::warning("{}", error.what());
}

}  // namespace callgate
