// SPDX-License-Identifier: GPL-2.0-or-later
// Is pppd installed, and does it know MPPE and MS-CHAP? (F7: strings pppd | grep mppe)
#include <fmt/format.h>
#include <glob.h>

#include <memory>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/child.hh"
#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/probes.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kVersionWithin{1'500};
constexpr size_t kMostProgram = 8 << 20;  // bytes; pppd has half a million

bool exists(const char* pattern) {
  glob_t found{};
  bool any = glob(pattern, GLOB_NOSORT, nullptr, &found) == 0;
  globfree(&found);
  return any;
}

// A pppd that uses MD4 of OpenSSL 3 needs its legacy provider.
bool lacks_md4(const std::string& program) {
  if (program.find("EVP_md4") == program.npos) return false;
  return !exists("/usr/lib/*/ossl-modules/legacy.so") &&
         !exists("/usr/lib*/ossl-modules/legacy.so");
}

std::string version_of(const std::string& path, TimePoint deadline) {
  auto text = run_program(deadline, {path, "--version"}, Errors::joined).text;
  return text.substr(0, text.find('\n'));
}

}  // namespace

Result probe_pppd(Case& the_case) {
  auto path = find_program("pppd");
  if (path.empty()) return failure("no-pppd", "pppd is not installed");
  auto version = version_of(path, the_case.within(kVersionWithin));
  auto program = read_file(path, kMostProgram);
  if (program.error) return unknown(fmt::format("{} ({}) cannot be read", path, version));
  if (program.text.find("require-mppe") == program.text.npos)
    return failure("pppd-without-mppe", fmt::format("{} ({}) does not know MPPE", path, version));
  if (lacks_md4(program.text))
    return failure(
        "no-md4",
        fmt::format("{} needs MD4 of OpenSSL, whose legacy provider is not installed", path));
  return pass(fmt::format("{}: {}, which knows MPPE", path, version));
}

}  // namespace callgate::diagnose::live
