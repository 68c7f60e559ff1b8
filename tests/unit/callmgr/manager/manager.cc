// SPDX-License-Identifier: GPL-2.0-or-later
// The call manager towards its clients, over real sockets and its real loop. Its servers are
// addresses at which nobody listens: what is shown here needs no call. The rest is for tests/net.
#include "callmgr/manager/manager.hh"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "common/channel/manager_socket.hh"
#include "common/system/log.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

constexpr uint64_t kNamespace = 42;

class ManagerUnderTest {
 public:
  explicit ManagerUnderTest(Duration idle_exit = Duration(0))
      : manager_(loop_, routes_, listen_on_manager_socket(path()),
                 {.idle_exit = idle_exit,
                  .identity = {.owner = geteuid(), .network_namespace = kNamespace}}) {
    log::open({.verbosity = log::Level::error});
  }
  ~ManagerUnderTest() {
    unlink(path().c_str());
    rmdir(directory_.c_str());
  }

  // A client that has read its welcome.
  Channel client() {
    auto channel = Channel::connect(path());
    CHECK(std::get<Welcome>(next(channel)).network_namespace == kNamespace);
    return channel;
  }
  // Lets the manager work until it has something for this client.
  Channel::Received receive(Channel& client) {
    Channel::Received received;
    Watch watch = loop_.on_readable(client.fd(), [&] {
      received = client.receive();
      loop_.quit();
    });
    Watch late = loop_.timer([&] { loop_.quit(); });
    watch.start();
    late.start(std::chrono::seconds(10));
    loop_.run();
    return received;
  }
  ChannelMessage next(Channel& client) {
    auto received = receive(client);
    REQUIRE(std::holds_alternative<ChannelMessage>(received));
    return std::get<ChannelMessage>(received);
  }
  Cause end_of_call(Channel& client) { return std::get<CallEnded>(next(client)).reason.cause; }
  bool hangs_up_on(Channel& client) {
    return std::holds_alternative<Channel::Closed>(receive(client));
  }

  Manager& manager() { return manager_; }
  EventLoop& loop() { return loop_; }
  std::string path() const { return directory_ + "/callmgr.sock"; }

 private:
  static std::string make_directory() {
    char name[] = "/tmp/callgate-test-XXXXXX";
    REQUIRE(mkdtemp(name));
    return name;
  }

  std::string directory_ = make_directory();
  EventLoop loop_;
  NetworkWatch network_{loop_};
  HostRoutes routes_{loop_, network_, false};
  Manager manager_;
};

// To the loopback network, where connections to 1723 are refused at once.
CallRequest request(uint16_t call_id = 0) {
  CallRequest request;
  request.network_namespace = kNamespace;
  request.server_name = "127.7.7.7";
  request.servers = {*IpAddress::parse("127.7.7.7")};
  request.host_route = false;
  request.call_id = call_id;
  return request;
}

}  // namespace

TEST_CASE("a client is told why its server cannot be reached, and may stay connected") {
  ManagerUnderTest test;
  auto client = test.client();
  client.send(request());
  CHECK(test.end_of_call(client) == Cause::connect_failed);
  client.send(StatusRequest{});
  CHECK(std::get<ListEnd>(test.next(client)).count == 0);
}

TEST_CASE("the id of a call that failed is free again") {
  ManagerUnderTest test;
  auto client = test.client();
  for (int i = 0; i < 3; i++) {
    client.send(request(4242));
    CHECK(test.end_of_call(client) == Cause::connect_failed);
  }
}

TEST_CASE("a request that is not allowed is refused with its reason") {
  ManagerUnderTest test;
  auto client = test.client();
  auto wanted = request();
  wanted.network_namespace++;
  client.send(wanted);
  CHECK(test.end_of_call(client) == Cause::other_namespace);
}

TEST_CASE("two calls that are dialled at once share no id") {
  ManagerUnderTest test;
  auto one = test.client(), two = test.client();
  one.send(request(4242));
  two.send(request(4242));
  CHECK(test.end_of_call(two) == Cause::call_id_in_use);
  CHECK(test.end_of_call(one) == Cause::connect_failed);
}

TEST_CASE("a client that sends what is not for clients to send is hung up on") {
  ManagerUnderTest test;
  for (const ChannelMessage& wrong :
       {ChannelMessage(ListEnd{}), ChannelMessage(Welcome{}), ChannelMessage(GatewayReady{}),
        ChannelMessage(CallEnded{})}) {
    auto client = test.client();
    client.send(wrong);
    CHECK(test.hangs_up_on(client));
  }
}

TEST_CASE("a record that is no message hangs up on its sender") {
  ManagerUnderTest test;
  auto client = test.client();
  REQUIRE(send(client.fd(), "\xFF", 1, 0) == 1);
  CHECK(test.hangs_up_on(client));
}

TEST_CASE("a second request of one client ends it, and frees the first one's id") {
  ManagerUnderTest test;
  auto client = test.client();
  client.send(request(4242));
  client.send(request(4243));
  CHECK(test.hangs_up_on(client));
  auto next = test.client();
  next.send(request(4242));
  CHECK(test.end_of_call(next) == Cause::connect_failed);
}

TEST_CASE("what a client has sent after its offence is not served") {
  ManagerUnderTest test;
  auto client = test.client();
  client.send(ListEnd{});
  client.send(request(4242));
  CHECK(test.hangs_up_on(client));
  auto next = test.client();
  next.send(request(4242));
  CHECK(test.end_of_call(next) == Cause::connect_failed);
}

TEST_CASE("a client that goes away while it is dialled for leaves nothing behind") {
  ManagerUnderTest test;
  {
    auto client = test.client();
    client.send(request(4242));
  }
  auto next = test.client();
  next.send(request(4242));
  CHECK(test.end_of_call(next) == Cause::connect_failed);
}

TEST_CASE("Set-Link-Info of a client without a call is ignored") {
  ManagerUnderTest test;
  auto client = test.client();
  client.send(LinkInfo{});
  client.send(StatusRequest{});
  CHECK(std::holds_alternative<ListEnd>(test.next(client)));
}

TEST_CASE("a status with statistics is answered at once where no call is up") {
  ManagerUnderTest test;
  auto client = test.client();
  client.send(StatusRequest{.statistics = true});
  client.send(StatusRequest{.statistics = true});  // read once the first is answered
  CHECK(std::get<ListEnd>(test.next(client)).count == 0);
  CHECK(std::get<ListEnd>(test.next(client)).count == 0);
}

TEST_CASE("statistics of a client that never had a call hang up on it") {
  ManagerUnderTest test;
  auto client = test.client();
  client.send(CallStatistics{});
  CHECK(test.hangs_up_on(client));
}

TEST_CASE("statistics that nobody waits for any more are ignored") {
  ManagerUnderTest test;
  auto client = test.client();
  client.send(request());
  CHECK(test.end_of_call(client) == Cause::connect_failed);
  client.send(CallStatistics{});
  client.send(StatusRequest{});
  CHECK(std::holds_alternative<ListEnd>(test.next(client)));
}

TEST_CASE("nothing to hang up is no error, another version is") {
  ManagerUnderTest test;
  auto client = test.client();
  client.send(HangUpRequest{.all = true});
  CHECK(std::get<ListEnd>(test.next(client)).count == 0);
  client.send(HangUpRequest{.version = kChannelVersion + 1, .all = true});
  CHECK(test.hangs_up_on(client));
}

TEST_CASE("an idle manager ends, one with a client does not") {
  ManagerUnderTest test(Duration(50));
  {
    auto client = test.client();
    Watch later = test.loop().timer([&] { test.loop().quit(); });
    later.start(Duration(150));
    test.loop().run();
    client.send(StatusRequest{});
    CHECK(std::holds_alternative<ListEnd>(test.next(client)));
  }
  test.loop().run();  // returns by itself
}

TEST_CASE("a manager without calls ends at once when told to") {
  ManagerUnderTest test;
  auto client = test.client();
  test.manager().shut_down();
  test.loop().run();
}

TEST_CASE("a manager that is leaving welcomes nobody: its time is limited") {
  ManagerUnderTest test;
  test.client();
  test.manager().shut_down();
  auto late = Channel::connect(test.path());
  test.loop().run();
  pollfd poll_late{.fd = late.fd(), .events = POLLIN, .revents = 0};
  CHECK(poll(&poll_late, 1, 0) == 0);
}

TEST_CASE("a manager out of descriptors waits, and serves the client later") {
  ManagerUnderTest test;
  auto late = Channel::connect(test.path());
  rlimit before;
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit none{.rlim_cur = static_cast<rlim_t>(late.fd()) + 1, .rlim_max = before.rlim_max};
  Watch later = test.loop().timer([&] { setrlimit(RLIMIT_NOFILE, &before); });
  later.start(Duration(500));
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  clock_t start = clock();
  CHECK(std::holds_alternative<Welcome>(test.next(late)));
  CHECK(clock() - start < CLOCKS_PER_SEC / 10);  // it slept meanwhile
}

TEST_CASE("an idle manager stays while the pppd lives whose login was refused") {
  ManagerUnderTest test(Duration(50));
  pid_t pppd = fork();
  if (pppd == 0)
    for (;;) pause();
  {
    auto client = test.client();
    auto wanted = request();
    wanted.pppd = {.pid = static_cast<uint32_t>(pppd), .started = 1};
    client.send(wanted);
    CHECK(test.end_of_call(client) == Cause::connect_failed);
    client.send(LoginVerdict{true});
    client.send(wanted);
    CHECK(test.end_of_call(client) == Cause::login_refused);
  }
  bool stayed = false;
  Watch later = test.loop().timer([&] {
    stayed = true;
    kill(pppd, SIGKILL);
  });
  later.start(std::chrono::milliseconds(500));
  test.loop().run();  // until the manager ends
  CHECK(stayed);
  waitpid(pppd, nullptr, 0);
}
