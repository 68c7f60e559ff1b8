// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/settings.hh"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace callgate {
namespace {

Reason wrong_usage(std::string what) {
  return {.cause = Cause::wrong_usage,
          .detail = "pptp-gre: " + std::move(what) + " (it is started by pptp)"};
}

// Any other kind of file might keep the reader waiting.
bool is_pipe(int fd) {
  struct stat info;
  return fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode);
}

}  // namespace

std::variant<GatewaySettings, Reason> read_gateway_settings(UniqueFd pipe) {
  if (!is_pipe(pipe.get()))
    return wrong_usage(
        fmt::format("descriptor {} is not the pipe that brings its settings", kGatewaySettings));
  Bytes record(kMaxGatewaySettings + 1);
  // pptp has written the record at once, so that one read takes all of it.
  ssize_t size = std::max<ssize_t>(read(pipe.get(), record.data(), record.size()), 0);
  auto settings = parse_gateway_settings({record.data(), static_cast<size_t>(size)});
  if (!settings)
    return wrong_usage(fmt::format("what descriptor {} brings is not a valid record of settings",
                                   kGatewaySettings));
  return *settings;
}

}  // namespace callgate
