// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/log_file.hh"

#include <fcntl.h>
#include <unistd.h>

#include "common/system/os_error.hh"

namespace callgate {

UniqueFd open_log(const std::string& name) {
  int fd = name == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                       : open(name.c_str(), O_RDONLY | O_CLOEXEC);
  check(fd, "open {}", name);
  return UniqueFd(fd);
}

}  // namespace callgate
