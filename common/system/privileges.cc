// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/system/privileges.hh"

#include <cap-ng.h>
#include <grp.h>
#include <pwd.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

const passwd* system_user(const std::string& name) {
  std::unique_ptr<FILE, int (*)(FILE*)> file(fopen("/etc/passwd", "re"), fclose);
  while (const passwd* entry = file ? fgetpwent(file.get()) : nullptr)
    if (entry->pw_name == name) return entry;
  return nullptr;
}

bool may_change_user() {
  return capng_have_capability(CAPNG_EFFECTIVE, CAP_SETUID) &&
         capng_have_capability(CAPNG_EFFECTIVE, CAP_SETGID);
}

// If the process cannot change its user, it stays root without capabilities, as on a host without
// that user. This happens in a container that lacks the two capabilities for the change, and in a
// user namespace that does not know the user (EINVAL).
void leave_root(const passwd& user) {
  if (!may_change_user()) return;
  int result = setresgid(user.pw_gid, user.pw_gid, user.pw_gid);
  if (result < 0 && errno == EINVAL) return;
  check(result, "become group of {}", user.pw_name);
  check(setgroups(0, nullptr), "drop supplementary groups");
  // A change of the user id empties the effective set and, without this, also the permitted set.
  check(prctl(PR_SET_KEEPCAPS, 1), "keep capabilities across setuid");
  check(setresuid(user.pw_uid, user.pw_uid, user.pw_uid), "become user {}", user.pw_name);
  check(prctl(PR_SET_KEEPCAPS, 0), "stop keeping capabilities");
}

// Only a process with CAP_SETPCAP can empty the bounding set. If we never had it, no_new_privs
// makes the bounding set useless, because no exec can grant anything any more.
bool empty_bounding_set() {
  if (!capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP)) return false;
  capng_clear(CAPNG_SELECT_BOUNDS);
  if (capng_apply(CAPNG_SELECT_BOUNDS) != 0) throw OsError(EPERM, "empty the bounding set");
  return true;
}

bool is_kept(std::initializer_list<unsigned> keep, unsigned capability) {
  return std::find(keep.begin(), keep.end(), capability) != keep.end();
}

bool holds_only(std::initializer_list<unsigned> keep) {
  for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++) {
    bool kept = is_kept(keep, capability);
    if (capng_have_capability(CAPNG_PERMITTED, capability) != kept ||
        capng_have_capability(CAPNG_EFFECTIVE, capability) != kept ||
        (capng_have_capability(CAPNG_INHERITABLE, capability) && !kept))
      return false;
  }
  return true;
}

// systemd's unit gives us only these and forbids capset(2), so nothing may be called then.
void keep_only(std::initializer_list<unsigned> keep) {
  if (holds_only(keep)) return;
  capng_clear(CAPNG_SELECT_CAPS);
  for (unsigned capability : keep)
    capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
                 capability);
  if (capng_apply(CAPNG_SELECT_CAPS) != 0) throw OsError(EPERM, "drop capabilities");
}

void verify(std::initializer_list<unsigned> keep, bool bounding) {
  capng_clear(CAPNG_SELECT_ALL);
  if (capng_get_caps_process() != 0) throw OsError(EIO, "read capabilities back");
  for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++) {
    bool kept = is_kept(keep, capability);
    // systemd makes what we keep inheritable. This is harmless, because none of our programs can
    // exec.
    bool left = (capng_have_capability(CAPNG_INHERITABLE, capability) && !kept) ||
                capng_have_capability(CAPNG_AMBIENT, capability) ||
                (bounding && capng_have_capability(CAPNG_BOUNDING_SET, capability));
    bool held = capng_have_capability(CAPNG_PERMITTED, capability) ||
                capng_have_capability(CAPNG_EFFECTIVE, capability);
    if (left || (held && !kept))
      throw OsError(EPERM, fmt::format("drop capability {}", capability));
  }
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) throw OsError(EPERM, "set no_new_privs");
}

}  // namespace

std::optional<uid_t> uid_of_system_user(const std::string& name) {
  const passwd* user = system_user(name);
  return user ? std::optional(user->pw_uid) : std::nullopt;
}

bool exceeds_its_caller() {
  return getauxval(AT_SECURE) != 0;
}

void drop_privileges(const std::string& user, std::initializer_list<unsigned> keep) {
  if (capng_get_caps_process() != 0) throw OsError(EIO, "read capabilities");
  bool bounding = empty_bounding_set();
  const passwd* entry = geteuid() == 0 ? system_user(user) : nullptr;
  if (entry) leave_root(*entry);
  check(prctl(PR_SET_DUMPABLE, 0), "stop being dumpable");

  keep_only(keep);
  check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "clear ambient capabilities");
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "set no_new_privs");
  verify(keep, bounding);
}

}  // namespace callgate
