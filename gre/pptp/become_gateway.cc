// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/become_gateway.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "common/system/os_error.hh"
#include "config.hh"
#include "gre/pptp/exec.hh"

namespace callgate {
namespace {

constexpr const char* kGateway = CALLGATE_LIBEXEC_DIR "/pptp-gre";

bool any(const std::vector<IpAddress>& addresses, IpFamily family) {
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const IpAddress& address) { return address.family == family; });
}

// dup2 onto itself would leave close-on-exec set.
void place(UniqueFd& fd, int number) {
  if (fd.get() == number)
    check(fcntl(number, F_SETFD, 0), "keep descriptor {}", number);
  else
    check(dup2(fd.get(), number), "duplicate a descriptor to {}", number);
}

}  // namespace

std::vector<std::string> gateway_arguments(const Options& options) {
  std::vector<std::string> arguments{"pptp-gre"};
  auto flag = [&](const char* name, bool wanted) {
    if (wanted) arguments.push_back(name);
  };
  auto value = [&](const char* name, std::string text) {
    arguments.push_back(name);
    arguments.push_back(std::move(text));
  };
  const auto& gateway = options.gateway;
  flag("--ipv4", any(options.call.servers, IpFamily::v4));
  flag("--ipv6", any(options.call.servers, IpFamily::v6));
  if (options.call.mark) value("--mark", std::to_string(options.call.mark));
  if (!options.call.device.empty()) value("--device", options.call.device);
  value("--timeout", std::to_string(gateway.timeout));
  flag("--sync", gateway.sync);
  flag("--nobuffer", !gateway.buffer);
  value("--missing-window", std::to_string(gateway.missing_window));
  flag("--transmit-window", gateway.transmit_window);
  if (!options.call.log_name.empty()) value("--logstring", options.call.log_name);
  value("--loglevel", std::to_string(options.loglevel));
  if (gateway.test_type) {
    value("--test-type", std::to_string(gateway.test_type));
    value("--test-rate", std::to_string(gateway.test_rate));
  }
  return arguments;
}

Reason hand_over(const Options& options, Channel channel) {
  UniqueFd fd = channel.release();
  // From 3 and not 4: whatever sits on 3 now is overwritten, or is the channel.
  close_on_exec_from(kGatewayChannel);
  place(fd, kGatewayChannel);
  int error = exec(kGateway, gateway_arguments(options));
  close(kGatewayChannel);  // it may have been syslog's descriptor: let syslog open another
  return {
      .cause = Cause::exec_failed, .os_error = static_cast<uint32_t>(error), .subject = kGateway};
}

}  // namespace callgate
