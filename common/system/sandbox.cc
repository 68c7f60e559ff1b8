// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/system/sandbox.hh"

#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "common/system/os_error.hh"
#include "config.hh"

#if CALLGATE_SANITIZED
// At the end LeakSanitizer looks at its own process by ptrace. That fails in a process that is not
// dumpable. Environment variables cannot turn it off in programs with file capabilities.
extern "C" int __lsan_is_turned_off();
extern "C" int __lsan_is_turned_off() {
  return 1;
}
#endif

namespace callgate {
namespace {

// A call that is on no list fails as on a kernel that does not have it, because C libraries are
// made for that answer. If a later C library tries a call that is newer than our lists, it falls
// back to what it did before. It would take EPERM for the result, and a kill would end every tunnel
// of the host on the day of an upgrade. For an attacker in the process both answers mean no. The
// kernel logs the call (SCMP_FLTATR_CTL_LOG). Test builds kill the process, so that a call that is
// missing from a list is noticed.
constexpr uint32_t kUnlisted =
    CALLGATE_SECCOMP_KILL ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(ENOSYS);

// Our programs and their libraries never make these calls. An attacker who makes one gets no second
// try.
constexpr const char* kNever[] = {
    // another program, another process's memory or descriptors
    "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd",
    // another identity, other namespaces, another root
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "capset",
    "unshare", "setns", "chroot", "pivot_root", "mount", "umount2",
    // large parts of the kernel that we have no use for
    "bpf", "io_uring_setup", "io_uring_enter", "io_uring_register", "perf_event_open",
    "userfaultfd", "keyctl", "add_key", "request_key", "init_module", "finit_module",
    "delete_module", "kexec_load", "kexec_file_load", "modify_ldt", "personality"};

const Argument kNotExecutable{2, 0, PROT_EXEC};

AllowList everybody() {
  return {
      {"memory, never to be executed",
       {"brk",
        {"mmap", {kNotExecutable}},
        {"mprotect", {kNotExecutable}},
        "munmap",
        "mremap",
        "madvise"}},
      {"time, where the vDSO does not tell it", {"clock_gettime", "gettimeofday", "time"}},
      {"the C library's locks and random numbers", {"futex", "getrandom"}},
      {"a signal that arrives, and going on after it",
       {"rt_sigreturn", "rt_sigprocmask", "rt_sigaction", "restart_syscall"}},
      {"what is open",
       {"read", "write", "writev", "recvfrom", "recvmsg", "sendto", "sendmsg", "getsockopt",
        "close"}},
      {"the log and systemd, also after a restart of theirs",
       {{"socket", {{0, AF_UNIX}}}, "connect", "getpid", "getuid", "geteuid", "getgid", "getegid"}},
      {"the end, by a failed assertion too",
       {"exit",
        "exit_group",
        "gettid",
        {"tgkill", {{0, static_cast<uint64_t>(getpid())}, {2, SIGABRT}}}}},
  };
}

// What the address and undefined behaviour sanitizers need besides.
const AllowList kSanitizers{
    {"their memory, stacks and locks",
     {"mmap", "mprotect", "sigaltstack", "sched_yield", "getrlimit", "prlimit64", "prctl"}},
    {"reports, and a look at /proc/self/maps",
     {"open", "openat", "readlink", "readlinkat", "stat", "fstat", "newfstatat", "lstat"}},
    {"files and pipes of a report",
     {"access", "faccessat", "faccessat2", "lseek", "dup", "dup2", "pipe", "pipe2"}},
    {"directories of a report", {"getcwd", "getdents64", "mkdir", "ioctl", "fcntl", "uname"}},
    {"their own process",
     {"getppid", "geteuid", "nanosleep", "clock_nanosleep", "tgkill", "sched_getaffinity"}},
    {"a child that reads the symbols", {"clone", "wait4"}}};

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

int number_of(const char* name) {
  int number = seccomp_syscall_resolve_name(name);
  if (number == __NR_SCMP_ERROR) throw OsError(EINVAL, fmt::format("find system call {}", name));
  return number;
}

void add(const Filter& filter, uint32_t action, const SystemCall& call) {
  std::vector<scmp_arg_cmp> conditions;
  for (const auto& argument : call.arguments)
    conditions.push_back({argument.index, SCMP_CMP_MASKED_EQ, argument.mask, argument.value});
  int result = seccomp_rule_add_array(filter.get(), action, number_of(call.name),
                                      static_cast<unsigned>(conditions.size()), conditions.data());
  if (result < 0) throw OsError(-result, fmt::format("filter system call {}", call.name));
}

void add(const Filter& filter, const AllowList& list) {
  for (const auto& allowed : list)
    for (const auto& call : allowed.calls) add(filter, SCMP_ACT_ALLOW, call);
}

bool is_beside_native(uint32_t architecture) {
  bool arm = architecture == SCMP_ARCH_ARM;
  return seccomp_arch_native() == (arm ? SCMP_ARCH_AARCH64 : SCMP_ARCH_X86_64);
}

Filter new_filter() {
  Filter filter(seccomp_init(kUnlisted));
  if (!filter) throw OsError(ENOMEM, "create a filter of system calls");
  return filter;
}

void fill(const Filter& filter, const AllowList& list) {
  if (kUnlisted != SCMP_ACT_KILL_PROCESS)  // else these have a rule already
    for (const char* name : kNever) add(filter, SCMP_ACT_KILL_PROCESS, name);
  add(filter, everybody());
  if (CALLGATE_SANITIZED) add(filter, kSanitizers);
  add(filter, list);
}

}  // namespace

const Allowed kAnotherFilter{"a filter on top of this one", {"seccomp", "prctl"}};

AllowList operator+(AllowList a, const AllowList& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

void restrict_system_calls(const AllowList& list) {
  Filter filter = new_filter();
  // Old kernels lack the log and the search tree, so failures are ignored. no_new_privs is set.
  (void)seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_LOG, 1);
  (void)seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  (void)seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_NNP, 0);
  fill(filter, list);
  if (int result = seccomp_load(filter.get()); result < 0)
    throw OsError(-result, "restrict system calls");
}

// The command may be a program for another architecture that this processor runs.
void forbid_typing() {
  Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) throw OsError(ENOMEM, "create a filter of system calls");
  (void)seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_NNP, 0);
  for (uint32_t other : {SCMP_ARCH_X86, SCMP_ARCH_X32, SCMP_ARCH_ARM})
    if (is_beside_native(other)) (void)seccomp_arch_add(filter.get(), other);
  for (uint64_t request : {TIOCSTI, TIOCLINUX})
    add(filter, SCMP_ACT_ERRNO(EPERM), {"ioctl", {{1, request, 0xffffffff}}});
  if (int result = seccomp_load(filter.get()); result < 0)
    throw OsError(-result, "forbid to type into the terminal");
}

std::string filter_text(const AllowList& list, uint32_t architecture) {
  Filter filter = new_filter();
  if (architecture != seccomp_arch_native() &&
      (seccomp_arch_add(filter.get(), architecture) < 0 ||
       seccomp_arch_remove(filter.get(), SCMP_ARCH_NATIVE) < 0))
    throw OsError(EINVAL, "make a filter for another architecture");
  fill(filter, list);
  std::unique_ptr<FILE, int (*)(FILE*)> file(tmpfile(), fclose);
  if (!file || seccomp_export_pfc(filter.get(), fileno(file.get())) < 0)
    throw OsError(EIO, "write the text of a filter");
  rewind(file.get());
  std::string text;
  for (int c; (c = fgetc(file.get())) != EOF;) text += static_cast<char>(c);
  return text;
}

namespace {

void limit(__rlimit_resource resource, uint64_t most) {
  rlimit now;
  check(getrlimit(resource, &now), "read a resource limit");
  rlim_t wanted = std::min<rlim_t>(now.rlim_max, most);
  rlimit limited{wanted, wanted};
  check(setrlimit(resource, &limited), "limit resource {}", static_cast<int>(resource));
}

// For example, pppd passes us its file of connection errors.
bool logs_to_file() {
  struct stat info;
  return fstat(STDERR_FILENO, &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace

void limit_resources(Limits limits) {
  limit(RLIMIT_CORE, 0);
  // A sanitizer writes its report into a file.
  if (!CALLGATE_SANITIZED && !logs_to_file()) limit(RLIMIT_FSIZE, limits.file_size);
  if (limits.descriptors) limit(RLIMIT_NOFILE, *limits.descriptors);
  if (limits.processes) limit(RLIMIT_NPROC, *limits.processes);
}

}  // namespace callgate
