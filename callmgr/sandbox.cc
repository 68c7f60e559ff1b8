// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/sandbox.hh"

#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>

#include "common/system/landlock.hh"
#include "common/system/log.hh"
#include "common/wire/control_message.hh"

namespace callgate {
namespace {

constexpr uint64_t kTypeMask = 0xF;  // without SOCK_NONBLOCK and SOCK_CLOEXEC
constexpr uint64_t kNewKinds = CLONE_VM | CLONE_THREAD | CLONE_NEWUSER | CLONE_NEWNS |
                               CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
                               CLONE_NEWCGROUP;

SystemCall socket_of(uint64_t family, uint64_t type, uint64_t protocol) {
  return {"socket", {{0, family}, {1, type, kTypeMask}, {2, protocol}}};
}

SystemCall option(uint64_t level, uint64_t name) {
  return {"setsockopt", {{1, level}, {2, name}}};
}

const Allowed kRoutingSocket{
    "asking and changing the routing table",
    {socket_of(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), "bind", "getsockname"}};

}  // namespace

AllowList manager_serves() {
  return {
      {"libevent", {"epoll_wait", "epoll_pwait", "epoll_pwait2", "epoll_ctl", "timerfd_settime"}},
      {"the path to a server, asked of the kernel by a socket that sends nothing",
       {socket_of(AF_INET, SOCK_DGRAM, 0), socket_of(AF_INET6, SOCK_DGRAM, 0)}},
      {"clients", {"accept4"}},
      {"the end of a pppd whose login a server has refused", {"pidfd_open"}},
      {"the sockets of clients, and libsystemd's datagrams",
       {option(SOL_SOCKET, SO_SNDBUF), option(SOL_SOCKET, SO_SNDBUFFORCE)}},
      {"control connections",
       {socket_of(AF_INET, SOCK_STREAM, 0), socket_of(AF_INET6, SOCK_STREAM, 0), "bind",
        "getsockname", option(IPPROTO_TCP, TCP_NODELAY), option(SOL_SOCKET, SO_MARK),
        option(SOL_SOCKET, SO_BINDTODEVICE)}},
      {"its socket's name, removed at the end with the directory locked",
       {{"openat", {{2, O_DIRECTORY, O_DIRECTORY | O_ACCMODE | O_CREAT}}},
        {"open", {{1, O_DIRECTORY, O_DIRECTORY | O_ACCMODE | O_CREAT}}},
        "flock",
        "clock_nanosleep",
        "nanosleep",
        "unlink",
        "unlinkat"}},
      {"what it leaves to the next manager: an image in memory, and all that is open",
       {"memfd_create", "fstat", "newfstatat", "poll", "ppoll", "pipe2", "shutdown"}},
  };
}

AllowList manager_holds_routes() {
  return {kRoutingSocket,
          {"another route keeper, if one dies: a child with its own narrower sandbox",
           {{"clone", {{0, 0, kNewKinds}}},
            "set_robust_list",
            "socketpair",
            "dup2",
            "dup3",
            "close_range",
            "access",
            "faccessat",
            "faccessat2",
            "landlock_create_ruleset",
            "landlock_add_rule",
            "landlock_restrict_self",
            "getrlimit",
            "setrlimit",
            "prlimit64",
            "fstat",
            "newfstatat"}},
          kAnotherFilter};
}

AllowList keeper_keeps_routes() {
  return {kRoutingSocket};
}

void confine_manager(const std::string& socket_directory, bool holds_routes,
                     uint64_t largest_file) {
  limit_resources({.file_size = largest_file});
  if (!restrict_reach({.removable_in = socket_directory,
                       .tcp_port = kPptpPort,
                       .abstract_sockets = true}))  // systemd's notification socket may be one
    log::debug("this kernel has no Landlock: system calls are filtered");
  restrict_system_calls(holds_routes ? manager_serves() + manager_holds_routes()
                                     : manager_serves());
}

void confine_keeper() {
  limit_resources({.descriptors = 16});
  restrict_reach({});
  restrict_system_calls(keeper_keeps_routes());
}

}  // namespace callgate
