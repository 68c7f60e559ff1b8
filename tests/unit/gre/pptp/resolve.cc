// SPDX-License-Identifier: GPL-2.0-or-later
// From the server's name to the addresses that are tried.
#include "gre/pptp/resolve.hh"

#include <unistd.h>

#include <list>

#include "common/channel/channel_message.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

// A resolver's answer of these addresses, in this order.
class Answer {
 public:
  explicit Answer(std::initializer_list<std::string> addresses) {
    for (const auto& address : addresses) add(*IpAddress::parse(address));
  }
  void add(const IpAddress& address) {
    auto& socket_address = addresses_.emplace_back(address, 0);
    addrinfo info{};
    info.ai_addr = socket_address.get();
    if (!infos_.empty()) infos_.back().ai_next = nullptr;
    infos_.push_back(info);
    addrinfo* before = nullptr;
    for (auto& each : infos_) {
      if (before) before->ai_next = &each;
      before = &each;
    }
  }
  const addrinfo* first() const { return infos_.empty() ? nullptr : &infos_.front(); }

 private:
  std::list<SocketAddress> addresses_;
  std::list<addrinfo> infos_;
};

std::vector<std::string> texts(const std::vector<IpAddress>& addresses) {
  std::vector<std::string> result;
  for (const auto& address : addresses) result.push_back(address.text());
  return result;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("all addresses are tried, in the resolver's order, each one once") {
  Answer answer{"2001:db8::1", "192.0.2.1", "2001:db8::1", "192.0.2.2", "192.0.2.1"};
  CHECK(texts(usable_addresses(answer.first(), IpFamily::none)) ==
        Texts{"2001:db8::1", "192.0.2.1", "192.0.2.2"});
}

TEST_CASE("with a local address only its family is tried") {
  Answer answer{"2001:db8::1", "192.0.2.1"};
  CHECK(texts(usable_addresses(answer.first(), IpFamily::v4)) == Texts{"192.0.2.1"});
  CHECK(texts(usable_addresses(answer.first(), IpFamily::v6)) == Texts{"2001:db8::1"});
}

TEST_CASE("a name with more addresses than a message holds is cut") {
  Answer answer{};
  auto address = *IpAddress::parse("192.0.2.0");
  for (size_t i = 0; i <= kMaxServerAddresses; i++) {
    address.bytes[3] = static_cast<uint8_t>(i);
    answer.add(address);
  }
  CHECK(usable_addresses(answer.first(), IpFamily::none).size() == kMaxServerAddresses);
}

TEST_CASE("addresses need no resolver, whatever interfaces there are") {
  auto four = resolve("127.0.0.1", IpFamily::none);
  REQUIRE(std::holds_alternative<std::vector<IpAddress>>(four));
  CHECK(texts(std::get<0>(four)) == Texts{"127.0.0.1"});
  CHECK(texts(std::get<0>(resolve("::1", IpFamily::v6))) == Texts{"::1"});
}

TEST_CASE("an answer comes through while the other end is open") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  auto one = resolve_while_open(ends[0], "127.0.0.1", IpFamily::none);
  REQUIRE(one);
  CHECK(texts(std::get<std::vector<IpAddress>>(*one)) == Texts{"127.0.0.1"});
  auto none = resolve_while_open(ends[0], "no such host", IpFamily::none);
  REQUIRE(none);
  CHECK(std::get<Reason>(*none).cause == Cause::name_not_resolved);
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("a name that cannot exist is refused by name") {
  auto result = resolve("no such host", IpFamily::none);
  REQUIRE(std::holds_alternative<Reason>(result));
  auto reason = std::get<Reason>(result);
  CHECK(reason.cause == Cause::name_not_resolved);
  CHECK(reason.subject == "no such host");
  CHECK_FALSE(reason.detail.empty());
}

TEST_CASE("an address of the wrong family is told apart from no address") {
  auto reason = std::get<Reason>(resolve("127.0.0.1", IpFamily::v6));
  CHECK(reason.cause == Cause::name_not_resolved);
  CHECK(reason.detail == "it has no IPv6 address, and --localbind is one");
}
