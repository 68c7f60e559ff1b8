// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel reports about the network, in its own bytes.
#include "callmgr/routes/network_watch.hh"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

// Builds one datagram of several messages.
class Report {
 public:
  template <typename Header>
  Report& message(uint16_t type, Header header) {
    last_ = mnl_nlmsg_put_header(bytes_.data() + size_);
    last_->nlmsg_type = type;
    *static_cast<Header*>(mnl_nlmsg_put_extra_header(last_, sizeof header)) = header;
    return *this;
  }
  Report& attribute(uint16_t type, const char* address) {
    auto parsed = *IpAddress::parse(address);
    mnl_attr_put(last_, type, parsed.size(), parsed.bytes.data());
    return *this;
  }
  Report& end() {
    size_ += MNL_ALIGN(last_->nlmsg_len);
    return *this;
  }
  ByteSpan bytes() const { return ByteSpan(bytes_).first(size_); }

 private:
  alignas(nlmsghdr) std::array<uint8_t, 1024> bytes_{};
  size_t size_ = 0;
  nlmsghdr* last_ = nullptr;
};

template <typename Change>
Change only(const std::vector<NetworkChange>& changes) {
  REQUIRE(changes.size() == 1);
  REQUIRE(std::holds_alternative<Change>(changes[0]));
  return std::get<Change>(changes[0]);
}

}  // namespace

TEST_CASE("a route that comes or goes is reported with its prefix and its maker") {
  rtmsg route{.rtm_family = AF_INET, .rtm_dst_len = 24, .rtm_protocol = 47};
  auto changes = network_changes(
      Report().message(RTM_DELROUTE, route).attribute(RTA_DST, "10.1.2.0").end().bytes());
  auto change = only<RouteChange>(changes);
  CHECK(change.removed);
  CHECK(change.destination.text() == "10.1.2.0");
  CHECK(change.prefix_length == 24);
  CHECK(change.protocol == 47);
}

TEST_CASE("a default route has no destination attribute") {
  auto change = only<RouteChange>(
      network_changes(Report().message(RTM_NEWROUTE, rtmsg{.rtm_family = AF_INET6}).end().bytes()));
  CHECK_FALSE(change.removed);
  CHECK(change.destination == IpAddress::any(IpFamily::v6));
}

TEST_CASE("an address is this host's own, also on a point-to-point link") {
  ifaddrmsg entry{.ifa_family = AF_INET, .ifa_index = 7};
  auto change = only<AddressChange>(network_changes(Report()
                                                        .message(RTM_DELADDR, entry)
                                                        .attribute(IFA_ADDRESS, "10.0.0.1")
                                                        .attribute(IFA_LOCAL, "10.0.0.2")
                                                        .end()
                                                        .bytes()));
  CHECK(change.removed);
  CHECK(change.interface == 7);
  CHECK(change.address.text() == "10.0.0.2");
}

TEST_CASE("a link-local address is reported with its interface, as getsockname() names it") {
  ifaddrmsg entry{.ifa_family = AF_INET6, .ifa_scope = RT_SCOPE_LINK, .ifa_index = 7};
  auto change = only<AddressChange>(network_changes(
      Report().message(RTM_NEWADDR, entry).attribute(IFA_ADDRESS, "fe80::1").end().bytes()));
  CHECK_FALSE(change.removed);
  CHECK(change.address.scope_id == 7);
}

TEST_CASE("a link is up only if it is there and has been set up") {
  ifinfomsg up{.ifi_index = 3, .ifi_flags = IFF_UP};
  CHECK(only<LinkChange>(network_changes(Report().message(RTM_NEWLINK, up).end().bytes())).up);
  CHECK_FALSE(
      only<LinkChange>(network_changes(Report().message(RTM_DELLINK, up).end().bytes())).up);
  ifinfomsg down{.ifi_index = 3};
  CHECK_FALSE(
      only<LinkChange>(network_changes(Report().message(RTM_NEWLINK, down).end().bytes())).up);
}

TEST_CASE("one datagram may report several changes; what is cut off is left out") {
  Report report;
  report.message(RTM_NEWRULE, rtmsg{.rtm_family = AF_INET}).end();
  report.message(RTM_NEWLINK, ifinfomsg{.ifi_index = 3}).end();
  CHECK(network_changes(report.bytes()).size() == 2);
  CHECK(network_changes(report.bytes().first(report.bytes().size() - 1)).size() == 1);
  CHECK(network_changes({}).empty());
}
