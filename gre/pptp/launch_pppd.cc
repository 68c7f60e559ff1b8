// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/launch_pppd.hh"

#include <unistd.h>

#include <array>

#include "common/command_line/shell_quote.hh"
#include "gre/pptp/exec.hh"

namespace callgate {
namespace {

constexpr const char* kPppd = "/usr/sbin/pppd";  // often not in the PATH of users

}  // namespace

std::string own_path() {
  std::array<char, 4096> path{};
  ssize_t length = readlink("/proc/self/exe", path.data(), path.size() - 1);
  if (length <= 0 || access(path.data(), X_OK) != 0) return "pptp";
  return path.data();
}

std::string pty_command(const std::string& self, const PptpOptions& options) {
  std::string command = shell_quote(self);
  bool dash = options.call.server_name.starts_with('-');
  if (!dash) command += " " + shell_quote(options.call.server_name);
  command += " --nolaunchpppd";
  for (const auto& word : options.repeated) command += " " + shell_quote(word);
  if (dash) command += " -- " + shell_quote(options.call.server_name);
  return command;
}

std::vector<std::string> pppd_arguments(const std::string& self, const PptpOptions& options,
                                        uint32_t mtu) {
  std::vector<std::string> arguments{"pppd", "pty", pty_command(self, options)};
  if (options.gateway.sync) arguments.push_back("sync");
  if (options.debug) arguments.push_back("nodetach");
  if (mtu)
    for (const char* name : {"mtu", "mru"}) {
      arguments.push_back(name);
      arguments.push_back(std::to_string(mtu));
    }
  arguments.insert(arguments.end(), options.pppd_options.begin(), options.pppd_options.end());
  return arguments;
}

Reason launch_pppd(const std::vector<std::string>& arguments) {
  int error = exec(kPppd, arguments);
  if (error == ENOENT) error = exec("pppd", arguments);  // some distributions have it elsewhere
  return {.cause = Cause::exec_failed, .os_error = static_cast<uint32_t>(error), .subject = kPppd};
}

}  // namespace callgate
