// SPDX-License-Identifier: GPL-2.0-or-later
// Does the kernel have what pppd needs: /dev/ppp, PPP on a pty, MPPE, and the ciphers for MPPE?
#include <fcntl.h>
#include <fmt/format.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <cstring>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/child.hh"
#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "common/system/os_error.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kModprobeWithin{3'000};
constexpr int kNotInstalled = 127;  // run_program()
constexpr int kPppDiscipline = 3;   // N_PPP, <linux/tty.h>

std::string kernel_release() {
  utsname names{};
  uname(&names);
  return names.release;
}

enum class Module : uint8_t { loaded, built_in, can_be_loaded, missing, untold };

Module look_for(const std::string& name, TimePoint deadline) {
  if (access(("/sys/module/" + name).c_str(), F_OK) == 0) return Module::loaded;
  if (read_file("/lib/modules/" + kernel_release() + "/modules.builtin")
          .text.find("/" + name + ".ko") != std::string::npos)
    return Module::built_in;
  auto asked = run_program(deadline, {"modprobe", "-n", "-q", name});
  if (asked.timed_out || asked.status == kNotInstalled) return Module::untold;
  return asked.status == 0 ? Module::can_be_loaded : Module::missing;
}

// Does what pppd does with its pty. The discipline ends when the terminal is closed.
int try_discipline() {
  int master = -1, slave = -1;
  check(openpty(&master, &slave, nullptr, nullptr, nullptr), "open a pty");
  UniqueFd first(master), second(slave);
  int discipline = kPppDiscipline;
  return ioctl(slave, TIOCSETD, &discipline) == 0 ? 0 : errno;
}

}  // namespace

Result probe_ppp_device(Case&) {
  UniqueFd device(open("/dev/ppp", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (device) return pass("/dev/ppp can be opened");
  int error = errno;
  struct stat status {};
  bool there = stat("/dev/ppp", &status) == 0 && S_ISCHR(status.st_mode);
  if (there && error == EACCES && geteuid() != 0)
    return pass("/dev/ppp is there; only root may open it, and pppd does it as root");
  if (there && error == EPERM && geteuid() != 0) return pass("/dev/ppp is there, and for root");
  return failure("no-ppp-device", fmt::format("cannot open /dev/ppp: {}", std::strerror(error)));
}

Result probe_ppp_async(Case&) {
  int error = try_discipline();
  if (error == 0) return pass("a pty can be made a PPP line (ppp_async)");
  if (geteuid() != 0)
    return unknown("whether a pty can be made a PPP line (ppp_async) is only told to root");
  return failure("no-ppp-async",
                 fmt::format("a pty cannot be made a PPP line: {}", std::strerror(error)));
}

Result probe_mppe(Case& the_case) {
  switch (look_for("ppp_mppe", the_case.within(kModprobeWithin))) {
    case Module::loaded: return pass("the kernel's MPPE (ppp_mppe) is loaded");
    case Module::built_in: return pass("the kernel's MPPE (ppp_mppe) is built in");
    case Module::can_be_loaded:
      return pass("the kernel's MPPE (ppp_mppe) is loaded when it is needed");
    case Module::untold:
      return unknown("whether there is a module ppp_mppe, modprobe could not be asked");
    case Module::missing: break;
  }
  return failure("mppe-no-kernel-support",
                 fmt::format("there is no module ppp_mppe for the kernel {}", kernel_release()));
}

// MPPE uses RC4, and MS-CHAP uses MD4 and DES. A kernel in FIPS mode forbids them.
Result probe_crypto(Case&) {
  if (!read_file("/proc/sys/crypto/fips_enabled").text.starts_with('1'))
    return pass("the kernel is not in FIPS mode, which forbids MPPE's cipher");
  return failure("fips", "the kernel is in FIPS mode");
}

}  // namespace callgate::diagnose::live
