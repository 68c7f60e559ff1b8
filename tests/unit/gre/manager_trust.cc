// SPDX-License-Identifier: GPL-2.0-or-later
// Which call manager pptp-gre believes if its right comes from its file capability.
#include "gre/manager_trust.hh"

#include <netinet/in.h>
#include <unistd.h>

#include "common/system/privileges.hh"
#include "config.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/manager_directory.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

constexpr uid_t kManager = 987, kUser = 1000;

ChannelPeer system_manager() {
  return {.records = true, .path = CALLGATE_RUNTIME_DIR "/callmgr.sock", .uid = kManager};
}

bool refuses(const ChannelPeer& peer, std::string_view said) {
  auto reason = distrust(peer, kManager);
  if (!reason) return false;
  INFO(line(*reason));
  CHECK(exit_status(reason->cause) == ExitStatus::manager_unreachable);
  CHECK(line(*reason).find("group " CALLGATE_GROUP) != std::string::npos);
  return reason->detail.find(said) != std::string::npos;
}

}  // namespace

TEST_CASE("a manager of root's, or of the system user's, is trusted in the runtime directory") {
  auto peer = system_manager();
  CHECK_FALSE(distrust(peer, kManager));
  peer.uid = 0;
  CHECK_FALSE(distrust(peer, kManager));
  CHECK_FALSE(distrust(peer, std::nullopt));
  peer.path = CALLGATE_RUNTIME_DIR "/callmgr-4026531840.sock";
  CHECK_FALSE(distrust(peer, kManager));
}

TEST_CASE("a manager of anybody else's is not trusted") {
  auto peer = system_manager();
  peer.uid = kUser;
  CHECK(refuses(peer, "uid 1000 listens there"));
  peer.uid = kManager;
  CHECK(distrust(peer, std::nullopt));  // there is no such user on this host
}

TEST_CASE("what has no name, or another name, is not trusted whoever made it") {
  for (uid_t uid : {uid_t{0}, kManager}) {
    auto peer = system_manager();
    peer.uid = uid;
    for (auto path :
         {"/run/other.sock", CALLGATE_RUNTIME_DIR "-2/callmgr.sock", "callmgr.sock",
          CALLGATE_RUNTIME_DIR "/sub/callmgr.sock", CALLGATE_RUNTIME_DIR "/../lab/callmgr.sock"}) {
      peer.path = path;
      CHECK(refuses(peer, "does not listen in"));
    }
    peer.path.clear();
    CHECK(refuses(peer, "not a process that listens"));
  }
}

TEST_CASE("a stream of bytes is no channel") {
  auto peer = system_manager();
  peer.records = false;
  CHECK(refuses(peer, "not a process that listens"));
}

TEST_CASE("the kernel says who listens at the other end") {
  ManagerDirectory directory;
  auto listener = listen_on_manager_socket(directory.socket());
  auto channel = Channel::connect(directory.socket());
  auto peer = peer_of_channel(channel.fd());
  CHECK(peer.records);
  CHECK(peer.path == directory.socket());
  CHECK(peer.uid == geteuid());
}

TEST_CASE("a socket pair has no name, and something else than a Unix socket is an error") {
  int ends[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
  UniqueFd one(ends[0]), other(ends[1]);
  auto peer = peer_of_channel(one.get());
  CHECK(peer.path.empty());
  CHECK(peer.uid == geteuid());
  CHECK_THROWS_AS(peer_of_channel(UniqueFd(open("/dev/null", O_RDONLY | O_CLOEXEC)).get()),
                  OsError);
}

TEST_CASE("a process without a file capability has no more rights than its caller") {
  CHECK_FALSE(exceeds_its_caller());
  CHECK_FALSE(distrust_channel(-1));
}
