// SPDX-License-Identifier: GPL-2.0-or-later
// What a call manager leaves is what the next one reads, whole or not at all.
#include <fcntl.h>
#include <sys/socket.h>

#include <set>

#include "common/system/os_error.hh"
#include "tests/unit/callmgr/manager/handover_samples.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

template <typename Record>
const Record& the(const handover::Records& records) {
  for (const auto& record : records)
    if (auto* found = std::get_if<Record>(&record)) return *found;
  throw std::runtime_error("no such record");
}

bool refused(const handover::Records& records) {
  return !handover::parse(handover::encode(records)).has_value();
}

}  // namespace

TEST_CASE("an estate is read as it was written") {
  Bytes image = handover::encode(handover_samples());
  auto records = handover::parse(image);
  REQUIRE(records.has_value());
  CHECK(handover::encode(*records) == image);
  const auto& link = the<handover::LinkState>(*records);
  CHECK(link.socket == 12);
  CHECK(link.state.settings.log_name == "office");
  CHECK(link.state.control.server() == "vpn.example.net (192.0.2.1)");
  CHECK(link.state.control.state() == ControlConnection::State::established);
  CHECK(link.state.control.maximum_channels() == 3);
  CHECK(link.state.created == TimePoint(std::chrono::hours(7)));
  CHECK(the<handover::CallState>(*records).call.request().phone_number.text == "123");
  CHECK(the<handover::ClientState>(*records).call.request.servers.size() == 1);
}

TEST_CASE("a control connection goes on in the middle of a message, with its deadlines") {
  auto records = *handover::parse(handover::encode(handover_samples()));
  auto link = the<handover::LinkState>(records);
  auto control = link.state.control;
  control.put_back(the<handover::CallState>(records).call);
  auto echo = encode(EchoRequest{.identifier = 9});
  auto steps = control.received(ByteSpan(echo).subspan(2), link.state.created);
  REQUIRE(steps.size() == 2);
  CHECK(std::get<EchoReply>(std::get<Send>(steps[1]).message).identifier == 9);
  CHECK(control.deadline() == link.state.created + Duration(60'000));
}

TEST_CASE("an estate cut off anywhere is refused") {
  Bytes image = handover::encode(handover_samples());
  std::set<size_t> ends{0};  // of whole records: what is there makes sense by itself
  for (size_t count = 1; count <= handover_samples().size(); count++) {
    auto some = handover_samples();
    some.resize(count);
    ends.insert(handover::encode(some).size());
  }
  for (size_t size = 0; size < image.size(); size++)
    CHECK(handover::parse(ByteSpan(image).first(size)).has_value() ==
          (size > 0 && ends.contains(size)));
}

TEST_CASE("an estate of another version, without a head, or with two is refused") {
  auto samples = handover_samples();
  CHECK(refused({handover::Head{.version = handover::kVersion + 1}}));
  CHECK(refused({samples[1]}));
  CHECK(refused({samples[0], samples[0]}));
  CHECK_FALSE(handover::parse(Bytes{99}).has_value());
}

TEST_CASE("a state that does not exist is refused") {
  auto samples = handover_samples();
  auto client = std::get<handover::ClientState>(samples[5]);
  client.call.stage = HeldCall::Stage{9};
  CHECK(refused({samples[0], client}));
  auto link = std::get<handover::LinkState>(samples[2]);
  link.state.settings.plan.servers.clear();
  CHECK(refused({samples[0], link}));
}

TEST_CASE("descriptors are found by what they are, in any order, once") {
  int ends[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
  UniqueFd one(ends[0]), other(dup(ends[1])), another(ends[1]);
  auto wanted = handover::inode(other.get());
  std::vector<UniqueFd> all;
  all.push_back(std::move(one));
  all.push_back(handover::write_image(handover_samples()));
  all.push_back(std::move(other));
  auto estate = handover::sort_out(std::move(all));
  CHECK(estate.records.size() == handover_samples().size());
  auto found = estate.descriptors.take(wanted);
  REQUIRE(found.get() >= 0);
  CHECK(handover::inode(found.get()) == handover::inode(another.get()));
  CHECK(estate.descriptors.take(wanted).get() < 0);
}

TEST_CASE("descriptors without an estate are refused") {
  std::vector<UniqueFd> none;
  none.emplace_back(socket(AF_UNIX, SOCK_STREAM, 0));
  CHECK_THROWS_AS(handover::sort_out(std::move(none)), OsError);
}
