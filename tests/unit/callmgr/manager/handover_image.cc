// SPDX-License-Identifier: GPL-2.0-or-later
// What a call manager leaves is what the next one reads, whole or not at all.
#include <fcntl.h>
#include <sys/socket.h>

#include <set>

#include "callmgr/manager/image_codec.hh"
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

TEST_CASE("an estate without a head, or with two is refused") {
  auto samples = handover_samples();
  CHECK(refused({samples[1]}));
  CHECK(refused({samples[0], samples[0]}));
  CHECK_FALSE(handover::parse(Bytes{99}).has_value());
}

TEST_CASE("a version that this release does not read is refused, with the versions that it reads") {
  for (auto version : {uint16_t{1}, uint16_t{2}, uint16_t{handover::kVersion + 1}}) {
    auto file = handover::write_image(handover_samples());
    Bytes preface;
    Writer writer(preface);
    if (version < 3)  // these began with the tag of the head
      writer(handover::Head::kTag, version);
    else
      writer.put(handover::Preface{.version = version});
    REQUIRE(pwrite(file.get(), preface.data(), preface.size(), 0) > 0);
    try {
      handover::read_image(file.get());
      FAIL("it was read");
    } catch (const OsError& error) {
      CHECK(error.attempted().find(fmt::format("it is in version {} of the image", version)) !=
            std::string::npos);
    }
  }
}

TEST_CASE("an image that two managers have died of is not read a third time") {
  auto file = handover::write_image(handover_samples());
  for (int attempt = 0; attempt < handover::kMostAttempts; attempt++)
    CHECK(handover::read_image(file.get()).size() == handover_samples().size());
  CHECK_THROWS_AS(handover::read_image(file.get()), OsError);
}

TEST_CASE("a manager that reads our version of the image may take over, and no other") {
  CHECK_FALSE(handover::unreadable_by(1, handover::kVersion).has_value());
  CHECK_FALSE(handover::unreadable_by(handover::kVersion, 99).has_value());
  CHECK(handover::unreadable_by(1, handover::kVersion - 1).has_value());
  CHECK(handover::unreadable_by(handover::kVersion + 1, 99).has_value());
}

namespace {

// One struct as three releases have it.
struct Inner {
  uint16_t one = 1, two = 2;
  static void fields(auto& m, auto& codec) { codec(m.one, m.two); }
};
struct EarlierInner {
  uint16_t one = 1;
  static void fields(auto& m, auto& codec) { codec(m.one); }
};
template <typename Part>
struct Outer {
  Part part;
  std::vector<Part> parts;
  std::optional<Part> maybe;
  std::string last;
  static void fields(auto& m, auto& codec) { codec(m.part, m.parts, m.maybe, m.last); }
};

template <typename To, typename From>
To carried_over(const From& from) {
  Bytes image;
  handover::ImageWriter(image).put(from);
  handover::ImageReader reader(image);
  To to;
  reader.get(to);
  REQUIRE(reader.done());
  return to;
}

}  // namespace

TEST_CASE("fields that an earlier release did not write keep their defaults, at any depth") {
  Outer<EarlierInner> earlier{{7}, {{8}, {9}}, EarlierInner{10}, "end"};
  auto now = carried_over<Outer<Inner>>(earlier);
  CHECK((now.part.one == 7 && now.part.two == 2));
  REQUIRE(now.parts.size() == 2);
  CHECK((now.parts[1].one == 9 && now.parts[1].two == 2));
  CHECK((now.maybe->one == 10 && now.maybe->two == 2));
  CHECK(now.last == "end");
}

TEST_CASE("fields that a later release has written are skipped, at any depth") {
  Outer<Inner> later{{7, 70}, {{8, 80}, {9, 90}}, Inner{10, 100}, "end"};
  auto now = carried_over<Outer<EarlierInner>>(later);
  CHECK((now.part.one == 7 && now.parts[1].one == 9 && now.maybe->one == 10));
  CHECK(now.last == "end");
}

TEST_CASE("a record of a kind that this release does not know is skipped") {
  auto samples = handover_samples();
  Bytes image = handover::encode({samples[0]});
  handover::ImageWriter writer(image);
  writer(uint8_t{200}, Inner{});
  Bytes rest = handover::encode({samples[1]});
  image.insert(image.end(), rest.begin(), rest.end());
  CHECK(handover::parse(image)->size() == 2);
}

TEST_CASE("times that no clock shows are refused") {
  for (uint64_t time : {uint64_t{1} << 63, uint64_t{1} << 62}) {
    Bytes image;
    Writer(image).put(time);
    Duration interval{0};
    handover::ImageReader reader(image);
    reader.get(interval);
    CHECK_FALSE(reader.ok());
    TimePoint point;
    handover::ImageReader again(image);
    again.get(point);
    CHECK_FALSE(again.ok());
  }
}

TEST_CASE("a state that does not exist is refused") {
  auto samples = handover_samples();
  auto client = std::get<handover::ClientState>(samples[4]);
  client.call.stage = HeldCall::Stage{9};
  CHECK(refused({samples[0], client}));
  auto link = std::get<handover::LinkState>(samples[1]);
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
