// SPDX-License-Identifier: GPL-2.0-or-later
// Which pppd has started this pptp, and for which tunnel. Between them there may be a shell, which
// runs the pty command, and a script.
#pragma once

#include <unistd.h>

#include <string>
#include <vector>

#include "common/channel/channel_message.hh"

namespace callgate {

// The nearest process named pppd among `process` and its ancestors. Its pid is 0 if there is none,
// or if /proc does not show it.
PppdProcess dialling_pppd(pid_t process = getppid());

// The tunnel that pppd's command line names after the word "call". Empty if it names none. pppd may
// still have read a peers file, by the option "file".
std::string called_tunnel(const std::vector<std::string>& command_line);

// The terminal on which pppd speaks PPP, "/dev/pts/3", if `fd` is the other end of it.
std::string terminal_of_pppd(int fd = STDIN_FILENO);

}  // namespace callgate
