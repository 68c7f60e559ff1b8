// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/metrics_file.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "common/system/os_error.hh"
#include "common/system/unique_fd.hh"

namespace callgate {
namespace {

void write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty())
    text.remove_prefix(
        static_cast<size_t>(check(write(fd, text.data(), text.size()), "write {}", path)));
}

// In the same directory, so that rename() can move it. node_exporter does not read it, because its
// name does not match *.prom.
std::string temporary_beside(const std::string& path) {
  auto slash = path.rfind('/');
  auto name = slash == path.npos ? 0 : slash + 1;
  return path.substr(0, name) + "." + path.substr(name) + ".XXXXXX";
}

}  // namespace

void replace_metrics_file(const std::string& path, const std::string& text) {
  auto temporary = temporary_beside(path);
  UniqueFd fd(check(mkostemp(temporary.data(), O_CLOEXEC), "create {}", temporary));
  try {
    write_all(fd.get(), text, temporary);
    check(fchmod(fd.get(), 0644), "let others read {}", temporary);
    check(rename(temporary.c_str(), path.c_str()), "rename {} to {}", temporary, path);
  } catch (...) {
    unlink(temporary.c_str());
    throw;
  }
}

}  // namespace callgate
