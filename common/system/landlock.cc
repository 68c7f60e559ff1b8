// SPDX-License-Identifier: GPL-2.0-or-later
// The C library has no wrappers for these system calls. <linux/landlock.h> describes the kernel of
// the build machine, and not that of the machine that the program runs on.
#include "common/system/landlock.hh"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/system/os_error.hh"
#include "common/system/unique_fd.hh"
#include "config.hh"

namespace callgate {
namespace {

struct RulesetAttributes {
  uint64_t files, tcp, scope;  // what is denied unless a rule allows it
};
struct [[gnu::packed]] PathRule {
  uint64_t allowed;
  int32_t directory;
};
struct PortRule {
  uint64_t allowed, port;
};
constexpr int kPathRule = 1, kPortRule = 2;
constexpr unsigned kAskVersion = 1;

constexpr uint64_t kReadDirectory = 1 << 3, kRemoveFile = 1 << 5;
constexpr uint64_t kBindTcp = 1 << 0, kConnectTcp = 1 << 1;
constexpr uint64_t kAbstractSockets = 1 << 0, kSignals = 1 << 1;

int create_ruleset(const RulesetAttributes* attributes, size_t size, unsigned flags) {
  return static_cast<int>(syscall(SYS_landlock_create_ruleset, attributes, size, flags));
}

template <typename Rule>
void add_rule(int ruleset, int type, const Rule& rule) {
  check(static_cast<int>(syscall(SYS_landlock_add_rule, ruleset, type, &rule, 0)),
        "add a Landlock rule");
}

// All rights to files that a version knows. The first version has 13. Later versions add links
// across directories, truncation, and the control of devices.
uint64_t file_rights(int version) {
  int count = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
  return (uint64_t{1} << count) - 1;
}

RulesetAttributes denied(int version, const Reach& reach) {
  RulesetAttributes attributes{file_rights(version), 0, 0};
  if (version >= 4) attributes.tcp = kBindTcp | kConnectTcp;
  if (version >= 6) attributes.scope = kSignals | (reach.abstract_sockets ? 0 : kAbstractSockets);
  return attributes;
}

// If the directory is missing or closed to us, we have nothing to remove there either.
void allow_removing(int ruleset, const std::string& path) {
  UniqueFd directory(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (directory)
    add_rule(ruleset, kPathRule, PathRule{kReadDirectory | kRemoveFile, directory.get()});
}

}  // namespace

bool restrict_reach(const Reach& reach) {
  if (CALLGATE_SANITIZED) return false;
  int version = create_ruleset(nullptr, 0, kAskVersion);
  if (version < 1) return false;
  auto attributes = denied(version, reach);
  UniqueFd ruleset(
      check(create_ruleset(&attributes, sizeof attributes, 0), "create a Landlock ruleset"));
  if (!reach.removable_in.empty()) allow_removing(ruleset.get(), reach.removable_in);
  if (reach.tcp_port && attributes.tcp) {
    add_rule(ruleset.get(), kPortRule, PortRule{kConnectTcp, *reach.tcp_port});
    add_rule(ruleset.get(), kPortRule, PortRule{kBindTcp, 0});  // an address, and any port
  }
  check(static_cast<int>(syscall(SYS_landlock_restrict_self, ruleset.get(), 0)),
        "enforce Landlock");
  return true;
}

}  // namespace callgate
