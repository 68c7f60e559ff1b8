// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel/manager_socket.hh"

#include <cap-ng.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "common/system/os_error.hh"
#include "common/system/unix_address.hh"
#include "config.hh"

namespace callgate {
namespace {

constexpr int kBacklog = 1024;  // clients that wait to be accepted
constexpr std::chrono::milliseconds kLockInterval{2};

struct Owner {
  uid_t user = 0;
  gid_t group = 0;
};

Owner manager_owner() {
  const passwd* user = getpwnam(CALLGATE_USER);
  return {user ? user->pw_uid : 0, group_of_users().value_or(0)};
}

// Root without CAP_DAC_OVERRIDE cannot enter a directory again after it has given it away.
bool may_give_away() {
  return geteuid() == 0 && capng_get_caps_process() == 0 &&
         capng_have_capability(CAPNG_EFFECTIVE, CAP_CHOWN) &&
         capng_have_capability(CAPNG_EFFECTIVE, CAP_DAC_OVERRIDE);
}

// Gives a file to the user and group that the manager runs as, if we may and they exist. That user
// owns the directory and may have replaced the file by a symbolic link, which is not followed.
void hand_over(const std::string& path, Owner owner) {
  if (!may_give_away()) return;
  int result = lchown(path.c_str(), owner.user, owner.group);
  // EINVAL: a user namespace does not know that user or group. Then the file stays root's.
  if (result < 0 && errno != EINVAL) throw OsError(errno, "chown " + path);
}

const char* kind_of(mode_t mode) {
  if (S_ISLNK(mode)) return "symbolic link";
  if (S_ISDIR(mode)) return "directory";
  if (S_ISSOCK(mode)) return "socket";
  return "file";
}

// Removes the socket of a manager that died. Anything else stays, because somebody put it there.
void remove_stale_socket(const std::string& path, Owner owner) {
  struct stat info;
  if (lstat(path.c_str(), &info) < 0) return;
  bool ours = info.st_uid == geteuid() || (geteuid() == 0 && info.st_uid == owner.user);
  if (!ours || !S_ISSOCK(info.st_mode))
    throw OsError(EEXIST, fmt::format("replace {}, a {} of uid {}", path, kind_of(info.st_mode),
                                      info.st_uid));
  unlink(path.c_str());
}

}  // namespace

std::optional<gid_t> group_of_users() {
  const group* group = getgrnam(CALLGATE_GROUP);
  return group ? std::optional(group->gr_gid) : std::nullopt;
}

std::string directory_of(const std::string& path) {
  auto directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

void make_socket_directory(const std::string& path) {
  auto directory = directory_of(path);
  // 0711: nobody else can open the directory to lock it. Root needs to pass through it without
  // CAP_DAC_OVERRIDE, which the units of other programs do not have.
  if (mkdir(directory.c_str(), 0711) == 0) return hand_over(directory, manager_owner());
  if (errno != EEXIST) throw OsError(errno, "create " + directory);
}

// The directory itself is locked, so that no lock file is left.
UniqueFd lock_manager_socket(const std::string& path) {
  auto directory = directory_of(path);
  UniqueFd lock(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) throw OsError(errno, "open " + directory);
  for (auto deadline = Clock::now() + kLockReleasedWithin;
       flock(lock.get(), LOCK_EX | LOCK_NB) < 0;) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw OsError(errno, "lock " + directory);
    if (Clock::now() >= deadline) throw OsError(ETIMEDOUT, "lock " + directory);
    std::this_thread::sleep_for(kLockInterval);
  }
  return lock;
}

UniqueFd listen_on_manager_socket(const std::string& path) {
  UniqueFd fd(check(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
                    "create a Unix socket"));
  auto address = UnixAddress::of(path);
  if (!address) throw OsError(ENAMETOOLONG, "listen on " + path);
  // The group is looked up first: a member that connects between bind() and chown() is refused.
  auto owner = manager_owner();
  remove_stale_socket(path, owner);
  // It is closed to others from the beginning: a later chmod() would follow a symbolic link.
  mode_t old_mask = umask(geteuid() == 0 ? 0117 : 0177);
  int result = bind(fd.get(), address->get(), address->length);
  int error = errno;
  umask(old_mask);
  if (result < 0) throw OsError(error, "bind " + path);
  hand_over(path, owner);
  check(listen(fd.get(), kBacklog), "listen on {}", path);
  return fd;
}

}  // namespace callgate
