// SPDX-License-Identifier: GPL-2.0-or-later
// The interface of a call through pppd is named only if no other can be meant.
#include "callmgr/pptpctl/pppd_interfaces.hh"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/system/process_stat.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

class Run {  // a directory in the place of /run
 public:
  Run() : path_(mkdtemp(name_)) {}
  ~Run() { std::filesystem::remove_all(path_); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name) << text;
  }
  std::string interface_of(const CallInfo& call) const { return PppdInterfaces(path_).of(call); }

 private:
  char name_[32] = "/tmp/callgate-run-XXXXXX";
  std::string path_;
};

// This process plays pppd.
CallInfo call() {
  CallInfo info{.uid = getuid()};
  info.pppd = {static_cast<uint32_t>(getpid()), process_stat(getpid())->started};
  return info;
}

std::string own_pid() {
  return std::to_string(getpid());
}

}  // namespace

TEST_CASE("pppd's interface is that of the file with its pid, and not that of its linkname") {
  Run run;
  CHECK(run.interface_of(call()).empty());  // pppd has no interface yet
  run.write("ppp-work.pid", own_pid() + "\nppp3\n");
  run.write("ppp1.pid", "1\n");
  run.write("ppp3", own_pid() + "\n");
  run.write("odd.pid", "none\n");
  CHECK(run.interface_of(call()).empty());
  run.write("ppp3.pid", own_pid() + "\n");
  CHECK(run.interface_of(call()) == "ppp3");
}

TEST_CASE("a file of an earlier pppd with the same pid leaves the interface unknown") {
  Run run;
  run.write("ppp3.pid", own_pid() + "\n");
  auto earlier = call();
  earlier.pppd.started--;
  CHECK(run.interface_of(earlier).empty());
  run.write("ppp4.pid", own_pid() + "\n");
  CHECK(run.interface_of(call()).empty());
}

TEST_CASE("a user who claims the pppd of another user gets no interface") {
  Run run;
  run.write("ppp3.pid", own_pid() + "\n");
  auto other = call();
  other.uid = getuid() + 1;
  CHECK(run.interface_of(other).empty());
}

TEST_CASE("a call without pppd has told its interface") {
  Run run;
  auto told = call();
  told.interface = "ppp9";
  run.write("ppp3.pid", own_pid() + "\n");
  CHECK(run.interface_of(told) == "ppp9");
  CHECK(run.interface_of(CallInfo{}).empty());
}
