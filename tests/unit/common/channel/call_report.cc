// SPDX-License-Identifier: GPL-2.0-or-later
// Reports of a call come back as they were sent; what is no report is refused.
#include "common/channel/call_report.hh"

#include <sys/socket.h>

#include "common/system/unique_fd.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

std::optional<CallReport> received(const UniqueFd& fd) {
  std::array<uint8_t, 1024> buffer;
  auto size = recv(fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  return parse_call_report(ByteSpan(buffer).first(static_cast<size_t>(std::max<ssize_t>(size, 0))));
}

}  // namespace

TEST_CASE("errors and the end of a call travel as numbers") {
  report::ended({.cause = Cause::bad_option});  // before open(): to nobody
  int ends[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
  UniqueFd reader(ends[0]), writer(ends[1]);
  report::open(writer.get());
  report::gre_error(EPERM);
  Reason reason{.cause = Cause::server_cleared, .result = 3, .subject = "192.0.2.1"};
  report::ended(reason);
  auto first = received(reader), second = received(reader);
  REQUIRE(first);
  CHECK(first->kind == CallReport::Kind::gre_error);
  CHECK(first->reason.os_error == EPERM);
  REQUIRE(second);
  CHECK(second->kind == CallReport::Kind::ended);
  CHECK(second->reason == reason);
}

TEST_CASE("a record that is no report is refused") {
  auto record = encode(CallReport{.reason = {.cause = Cause::call_refused, .detail = "why"}});
  CHECK(parse_call_report(record));
  for (size_t size = 0; size < record.size(); size++)
    CHECK_FALSE(parse_call_report(ByteSpan(record).first(size)));
  auto longer = record;
  longer.push_back(0);
  CHECK_FALSE(parse_call_report(longer));
  record[0] = 2;
  CHECK_FALSE(parse_call_report(record));
  record[0] = 1;
  record[1] = static_cast<uint8_t>(kCauses);
  CHECK_FALSE(parse_call_report(record));
}
