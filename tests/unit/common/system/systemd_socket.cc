// SPDX-License-Identifier: GPL-2.0-or-later
// Datagrams to systemd, as they are on its sockets.
#include "common/system/systemd_socket.hh"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>

#include "common/system/unique_fd.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

// A socket with an abstract name of this process's own, on which systemd would listen.
class Listener {
 public:
  Listener()
      : name_("@callgate-unit-" + std::to_string(getpid())), socket_(open_datagram_socket()) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    name_.copy(address.sun_path + 1, name_.size() - 1, 1);
    auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    REQUIRE(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  }
  const std::string& name() const { return name_; }
  std::string next() {
    char text[256];
    auto size = recv(socket_.get(), text, sizeof text, MSG_DONTWAIT);
    return size < 0 ? "(nothing)" : std::string(text, static_cast<size_t>(size));
  }

 private:
  std::string name_;
  UniqueFd socket_;
};

}  // namespace

TEST_CASE("a journal entry is one line for each field") {
  CHECK(journal_entry({{"MESSAGE", "GRE is up"}, {"PRIORITY", "5"}, {"SERVER", ""}}) ==
        "MESSAGE=GRE is up\nPRIORITY=5\nSERVER=\n");
}

TEST_CASE("a value of several lines cannot become another field") {
  using namespace std::literals;
  CHECK(journal_entry({{"MESSAGE", "a\nPRIORITY=0"}, {"CALL_ID", "1"}}) ==
        "MESSAGE\n\x0c\0\0\0\0\0\0\0a\nPRIORITY=0\nCALL_ID=1\n"s);
}

TEST_CASE("the service manager is told the state, where there is one") {
  Listener systemd;
  unsetenv("NOTIFY_SOCKET");
  notify_status("nobody hears");
  CHECK(systemd.next() == "(nothing)");
  setenv("NOTIFY_SOCKET", systemd.name().c_str(), 1);
  notify_status("GRE to 192.0.2.1 is up");
  unsetenv("NOTIFY_SOCKET");
  CHECK(systemd.next() == "STATUS=GRE to 192.0.2.1 is up");
}

TEST_CASE("a datagram that cannot be sent is an answer, not an end") {
  UniqueFd socket(open_datagram_socket());
  CHECK_FALSE(send_datagram(socket.get(), "/nowhere/at/all", "x"));
  CHECK_FALSE(send_datagram(socket.get(), "", "x"));
  CHECK_FALSE(send_datagram(socket.get(), std::string(200, 'x'), "x"));
  CHECK_FALSE(send_datagram(-1, "@callgate", "x"));
}
