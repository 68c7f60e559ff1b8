// SPDX-License-Identifier: GPL-2.0-or-later
// Reserved fields: sent as zero (RFC 2637 section 2), ignored on receipt, because servers that
// fill them exist.
#include "tests/unit/catch.hh"
#include "tests/unit/common/wire/control_samples.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

// Octets that the field tables of sections 2.1 to 2.15 reserve, beside Reserved0 at 10 and 11.
const std::vector<size_t> kReservedOctets[15] = {
    {14, 15},      // Start-Control-Connection-Request
    {},            // Start-Control-Connection-Reply
    {13, 14, 15},  // Stop-Control-Connection-Request
    {14, 15},      // Stop-Control-Connection-Reply
    {},            // Echo-Request
    {18, 19},      // Echo-Reply
    {38, 39},      // Outgoing-Call-Request
    {},            // Outgoing-Call-Reply
    {},            // Incoming-Call-Request
    {22, 23},      // Incoming-Call-Reply
    {14, 15},      // Incoming-Call-Connected
    {14, 15},      // Call-Clear-Request
    {18, 19},      // Call-Disconnect-Notify
    {14, 15},      // WAN-Error-Notify
    {14, 15},      // Set-Link-Info
};

std::vector<size_t> reserved_octets(const ControlMessage& message) {
  std::vector<size_t> octets{10, 11};
  const auto& own = kReservedOctets[message.index()];
  octets.insert(octets.end(), own.begin(), own.end());
  return octets;
}

}  // namespace

TEST_CASE("reserved fields are sent as zero, and nothing else in a full message is zero") {
  for (const auto& sample : control_samples()) {
    INFO(name(type_of(sample)));
    Bytes wire = encode(sample);
    std::vector<size_t> zero;
    for (size_t at = 10; at < wire.size(); at++)
      if (wire[at] == 0) zero.push_back(at);
    CHECK(zero == reserved_octets(sample));
  }
}

TEST_CASE("reserved fields are ignored on receipt") {
  for (const auto& sample : control_samples()) {
    INFO(name(type_of(sample)));
    Bytes wire = encode(sample);
    for (size_t at : reserved_octets(sample)) wire[at] = 0xFF;
    auto parsed = parse_control_message(wire);
    REQUIRE(std::holds_alternative<ControlMessage>(parsed));
    CHECK(std::get<ControlMessage>(parsed) == sample);
  }
}
