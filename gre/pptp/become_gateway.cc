// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/become_gateway.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "common/channel/call_report.hh"
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

// The read end of a pipe that holds the record. It fits, so nobody needs to read meanwhile.
UniqueFd pipe_with(const Bytes& record) {
  int ends[2];
  check(pipe2(ends, O_CLOEXEC), "create a pipe");
  UniqueFd result(ends[0]), input(ends[1]);
  check(write(input.get(), record.data(), record.size()), "write the settings of pptp-gre");
  return result;
}

// All descriptors are first moved away from the numbers that they are to have.
void place(const UniqueFd& channel, const UniqueFd& settings) {
  constexpr int kFree = kGatewayReport + 1;
  UniqueFd first(copy_above(channel.get(), kFree, "move the channel"));
  UniqueFd second(copy_above(settings.get(), kFree, "move the settings"));
  check(dup2(first.get(), kGatewayChannel), "duplicate a descriptor to {}", kGatewayChannel);
  check(dup2(second.get(), kGatewaySettings), "duplicate a descriptor to {}", kGatewaySettings);
  if (int reports = report::descriptor(); reports >= 0)
    check(dup2(reports, kGatewayReport), "duplicate a descriptor to {}", kGatewayReport);
}

// A gateway without pppd gets three more descriptors from the tunnel process, at their places
// already.
void keep_descriptors_of_tunnel() {
  for (int fd : {kGatewayTun, kGatewaySecret, kGatewayLink})
    check(fcntl(fd, F_SETFD, 0), "keep descriptor {} of the tunnel", fd);
}

}  // namespace

GatewaySettings gateway_settings(const PptpOptions& options) {
  GatewaySettings settings = options.gateway;
  settings.ipv4 = any(options.call.servers, IpFamily::v4);
  settings.ipv6 = any(options.call.servers, IpFamily::v6);
  settings.mark = options.call.mark;
  settings.receive_window = options.call.receive_window;
  settings.log_name = options.call.log_name;
  settings.reports = options.evidence_fd >= 0;
  return settings;
}

std::vector<std::string> gateway_words(const PptpOptions& options) {
  std::vector<std::string> words{"pptp", options.call.server_name};
  if (!options.call.log_name.empty()) words.push_back(options.call.log_name);
  return words;
}

Reason become_gateway(const PptpOptions& options, Channel channel) {
  UniqueFd fd = channel.release();
  auto settings = pipe_with(encode(gateway_settings(options)));
  // Other descriptors at these two numbers are overwritten: the channel may be one of them.
  close_on_exec_from(kGatewayChannel);
  place(fd, settings);
  if (options.gateway.link) keep_descriptors_of_tunnel();
  int error = exec(kGateway, gateway_words(options));
  // These numbers may have been syslog's: let syslog open another descriptor.
  close(kGatewayChannel);
  close(kGatewaySettings);
  if (report::descriptor() >= 0) close(kGatewayReport);
  return {
      .cause = Cause::exec_failed, .os_error = static_cast<uint32_t>(error), .subject = kGateway};
}

}  // namespace callgate
