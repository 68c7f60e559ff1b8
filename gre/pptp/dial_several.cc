// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/dial_several.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "common/channel/call_report.hh"
#include "common/system/log.hh"
#include "common/system/unique_fd.hh"
#include "gre/pptp/become_gateway.hh"
#include "gre/pptp/dial.hh"
#include "gre/pptp/dialling_pppd.hh"
#include "gre/pptp/exec.hh"
#include "gre/pptp/reach_manager.hh"
#include "gre/pptp/server_order.hh"

namespace callgate {
namespace {

constexpr size_t kMostMemory = 1 << 16;  // bytes of the file

uint64_t seconds_since_boot() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<uint64_t>(now.tv_sec);
}

Words servers_of(const PptpOptions& options) {
  Words servers{options.call.server_name};
  servers.insert(servers.end(), options.more_servers.begin(), options.more_servers.end());
  return servers;
}

// The file in which the next pptp of this tunnel finds which servers were tried. "" = there is no
// place for it. A tunnel is known by its name or by its servers.
std::string memory_path(const PptpOptions& options) {
  const char* directory = geteuid() == 0 ? "/run" : std::getenv("XDG_RUNTIME_DIR");
  if (!directory || !*directory) return "";
  const char* named = std::getenv(kTunnelVariable);
  auto tunnel = options.tunnel.empty() && named ? named : options.tunnel;
  auto key = fmt::format("{}\n{}", tunnel, fmt::join(servers_of(options), "\n"));
  return fmt::format("{}/callgate-{:016x}.servers", directory, std::hash<std::string>()(key));
}

TriedServers read_memory(const std::string& path) {
  UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  std::string text(kMostMemory, '\0');
  ssize_t size = file ? read(file.get(), text.data(), text.size()) : 0;
  text.resize(static_cast<size_t>(std::max<ssize_t>(size, 0)));
  return parse_tried_servers(text);
}

// Without the file, the next attempt begins with the first server again.
void write_memory(const std::string& path, const TriedServers& tried) {
  if (path.empty()) return;
  auto fresh = path + ".new", text = tried_servers_text(tried);
  UniqueFd file(open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
  bool written =
      file && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (!written || std::rename(fresh.c_str(), path.c_str()) != 0)
    log::debug("cannot write {}, which says what servers were tried: {}", path,
               std::strerror(errno));
}

// Whether another server may take the call.
bool is_about_the_server(const Reason& reason) {
  auto status = exit_status(reason.cause);
  return status == ExitStatus::name_not_resolved || status == ExitStatus::server_unreachable ||
         status == ExitStatus::control_refused;
}

// Waits until the server has a control connection for the call. Returns why not. The record about
// it stays in the channel for the gateway.
std::optional<Reason> wait_for_server(const Channel& channel, const PptpOptions& options,
                                      int alive) {
  std::array<pollfd, 2> fds{{{channel.fd(), POLLIN, 0}, {alive, 0, 0}}};
  while (poll(fds.data(), fds.size(), -1) < 0 && errno == EINTR) {
  }
  if (!fds[0].revents) hung_up(options, "dialled");
  Bytes record(kMaxChannelMessage);
  ssize_t size = recv(channel.fd(), record.data(), record.size(), MSG_PEEK);
  if (size <= 0) return Reason{.cause = Cause::manager_died};
  auto message = parse_channel_message(ByteSpan(record).first(static_cast<size_t>(size)));
  auto* ended = message ? std::get_if<CallEnded>(&*message) : nullptr;
  return ended ? std::optional(ended->reason) : std::nullopt;
}

// Returns only on failure.
Reason dial_server(PptpOptions options, const std::string& server, int alive) {
  options.call.server_name = server;
  if (auto reason = look_up(options, alive)) return *reason;
  auto reached = reach_manager(manager_place());
  if (auto* reason = std::get_if<Reason>(&reached)) return *reason;
  auto& channel = std::get<Channel>(reached);
  if (!channel.send(options.call)) return {.cause = Cause::manager_died};
  if (auto reason = wait_for_server(channel, options, alive)) return *reason;
  block_signals();
  return become_gateway(options, std::move(channel));
}

int fail_all(const std::vector<Reason>& reasons) {
  std::string text = fmt::format("none of {} servers takes the call: ", reasons.size());
  for (size_t i = 0; i + 1 < reasons.size(); i++) text += sentence(reasons[i]) + "; ";
  const auto& last = reasons.back();
  report::ended(last);
  log::write(log::Level::error, text + line(last), {{"CAUSE", std::string(name(last.cause))}});
  return static_cast<int>(exit_status(last.cause));
}

}  // namespace

int dial_several(PptpOptions options, int alive) {
  std::mt19937 random(std::random_device{}());
  auto path = memory_path(options);
  auto tried = read_memory(path);
  auto process = options.call.pppd.pid ? options.call.pppd.pid : static_cast<uint32_t>(getppid());
  std::vector<Reason> reasons;
  for (const auto& server : server_order(servers_of(options), tried, seconds_since_boot(),
                                         options.spread ? &random : nullptr)) {
    if (!reasons.empty()) log::notice("{}: trying the next server", sentence(reasons.back()));
    tried = with_tried(std::move(tried), {seconds_since_boot(), process, server});
    write_memory(path, tried);
    reasons.push_back(dial_server(options, server, alive));
    if (!is_about_the_server(reasons.back())) return fail(reasons.back());
  }
  return fail_all(reasons);
}

}  // namespace callgate
