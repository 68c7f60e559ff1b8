// SPDX-License-Identifier: GPL-2.0-or-later
// The pcap file, octet by octet.
#include "callmgr/pptpctl/pcap/pcap.hh"

#include "common/wire/control_message.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

IpAddress address(const char* text) {
  return IpAddress::parse(text).value();
}

Pcap pcap_v4() {
  return Pcap(address("192.0.2.7"), address("198.51.100.1"), 0x8642);
}

Bytes after(const Bytes& bytes, size_t at) {
  return Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end());
}

constexpr size_t kRecord = 16, kIpv4 = 20, kIpv6 = 40;
constexpr uint64_t kTime = 0x01020304ull * 1'000'000'000 + 5;

}  // namespace

TEST_CASE("the file begins with its format: nanoseconds, raw IP") {
  CHECK(Pcap::file_header() ==
        hex("A1 B2 3C 4D 00 02 00 04 00 00 00 00 00 00 00 00 00 00 FF FF 00 00 00 65"));
}

TEST_CASE("a GRE packet that was sent gets an IP header with a right checksum") {
  auto pcap = pcap_v4();
  auto record = pcap.packet({Passage::gre_sent, kTime, "gre"});
  CHECK(record == hex("01 02 03 04 00 00 00 05 00 00 00 17 00 00 00 17") +
                      hex("45 00 00 17 00 00 40 00 40 2F 4E 7C C0 00 02 07 C6 33 64 01") +
                      hex("67 72 65"));
  CHECK(internet_checksum(ByteSpan(record).subspan(kRecord, kIpv4)) == 0);
}

TEST_CASE("a packet that came with its IP header is left as it is") {
  auto pcap = pcap_v4();
  auto record = pcap.packet({Passage::gre_received_whole, kTime, "Exactly this"});
  CHECK(after(record, kRecord) ==
        Bytes{'E', 'x', 'a', 'c', 't', 'l', 'y', ' ', 't', 'h', 'i', 's'});
}

TEST_CASE("IPv6 has its own header, and no checksum") {
  Pcap pcap(address("2001:db8::7"), address("2001:db8::1"), 1);
  auto record = pcap.packet({Passage::gre_received, kTime, "gre"});
  CHECK(after(record, kRecord) ==
        hex("60 00 00 00 00 03 2F 40") + hex("20 01 0D B8 00 00 00 00 00 00 00 00 00 00 00 01") +
            hex("20 01 0D B8 00 00 00 00 00 00 00 00 00 00 00 07") + hex("67 72 65"));
}

TEST_CASE("control messages are two streams that acknowledge each other") {
  auto pcap = pcap_v4();
  std::string message(16, 'm');
  auto sent = pcap.packet({Passage::control_sent, kTime, message});
  auto received = pcap.packet({Passage::control_received, kTime, message + message});
  auto next = pcap.packet({Passage::control_sent, kTime, message});
  auto tcp = [](const Bytes& record) { return after(record, kRecord + kIpv4); };
  auto start = [&](const Bytes& record) {
    auto whole = tcp(record);
    return Bytes(whole.begin(), whole.begin() + 16);
  };
  CHECK(start(sent) == hex("86 42 06 BB 00 00 00 01 00 00 00 01 50 18 FF FF"));
  CHECK(start(received) == hex("06 BB 86 42 00 00 00 01 00 00 00 11 50 18 FF FF"));
  CHECK(start(next) == hex("86 42 06 BB 00 00 00 11 00 00 00 21 50 18 FF FF"));
}

TEST_CASE("the TCP checksum is right, for an odd length too, and in both families") {
  for (auto* texts : {"192.0.2.7 198.51.100.1", "2001:db8::7 2001:db8::1"}) {
    std::string both = texts;
    auto space = both.find(' ');
    auto local = address(both.substr(0, space).c_str());
    auto server = address(both.substr(space + 1).c_str());
    Pcap pcap(local, server, 4711);
    auto record = pcap.packet({Passage::control_sent, kTime, "seventeen octets!"});
    auto tcp = after(record, kRecord + (local.family == IpFamily::v6 ? kIpv6 : kIpv4));
    auto span = [](const IpAddress& a) { return Bytes(a.span().begin(), a.span().end()); };
    auto summed = span(local) + span(server) + hex("00 00 00 25 00 00 00 06") + tcp;
    CHECK(internet_checksum(summed) == 0);
    CHECK(internet_checksum(summed + hex("00 01")) != 0);
  }
}

TEST_CASE("IP packets are numbered") {
  auto pcap = pcap_v4();
  pcap.packet({Passage::gre_sent, kTime, "a"});
  auto second = pcap.packet({Passage::gre_sent, kTime, "b"});
  CHECK(second[kRecord + 5] == 1);
}
