// SPDX-License-Identifier: GPL-2.0-or-later
// What counts as a refusal of pppd's name or password, and what does not.
#include "gre/auth_snoop.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

Bytes packet(const char* protocol, uint8_t code, std::string_view data) {
  Bytes frame = hex(protocol);
  Writer writer(frame);
  writer(code, uint8_t{7}, static_cast<uint16_t>(4 + data.size()));
  frame.insert(frame.end(), data.begin(), data.end());
  return frame;
}
Bytes lcp(uint8_t code, std::string_view data) {
  return packet("FF 03 C0 21", code, data);
}
Bytes chap(uint8_t code, std::string_view data) {
  return packet("FF 03 C2 23", code, data);
}

const Bytes kChapResponse = chap(2, "\x10response........alice");
const Bytes kChapSuccess = chap(3, "S=0123456789ABCDEF0123456789ABCDEF01234567 M=Access granted");
const Bytes kMsChapFailure = chap(4, "E=691 R=0 C=00 V=3 M=Access denied");

// What the snoop says after pppd's answer and the server's frames.
std::optional<bool> heard(const Bytes& answer, std::initializer_list<Bytes> frames) {
  AuthSnoop snoop;
  snoop.from_pppd(answer);
  for (const auto& frame : frames) snoop.from_server(frame);
  auto news = snoop.take_news();
  CHECK_FALSE(snoop.take_news());  // it is told once
  return news;
}

}  // namespace

TEST_CASE("each way in which a server refuses a login is recognised") {
  Bytes pap_request = packet("FF 03 C0 23", 1, "\5alice\6secret");
  Bytes eap_md5 = packet("FF 03 C2 27", 2, "\4\x10................");
  CHECK(heard(pap_request, {packet("FF 03 C0 23", 3, "\14Login failed")}) == true);
  CHECK(heard(kChapResponse, {chap(4, "Go away")}) == true);
  CHECK(heard(kChapResponse, {kMsChapFailure}) == true);
  for (auto text : {"E=646 R=0", "E=647 R=0", "E=648 R=0", "E=649 R=0", "E=709 R=0", "E=691 R=1"})
    CHECK(heard(kChapResponse, {chap(4, text)}) == true);
  CHECK(heard(eap_md5, {packet("FF 03 C2 27", 4, "")}) == true);
  CHECK(heard(kChapResponse, {packet("C2 23", 4, "E=691 R=0")}) == true);  // compressed header
}

TEST_CASE("a server that ends LCP in place of a verdict is recognised by its reason") {
  using namespace std::string_view_literals;
  CHECK(heard(kChapResponse, {lcp(5, "\0\x3C\xCD\x74\0\0\2\xB3"sv)}) == true);  // 691
  CHECK(heard(kChapResponse, {lcp(5, "\0\x3C\xCD\x74\0\0\2\x87"sv)}) == true);  // 647
  CHECK(heard(kChapResponse, {lcp(5, "Authentication failed")}) == true);
  CHECK_FALSE(heard(kChapResponse, {lcp(5, "\0\x3C\xCD\x74\0\0\2\xB4"sv)}));  // 692, hardware
  CHECK_FALSE(heard(kChapResponse, {lcp(5, "peer not responding")}));
  CHECK_FALSE(heard(kChapResponse, {lcp(5, "")}));
}

TEST_CASE("the last word of a server counts") {
  AuthSnoop snoop;
  snoop.from_pppd(kChapResponse);
  snoop.from_server(chap(4, "E=691 R=1 C=00 V=3"));
  SECTION("and it is told each time that it changes") {
    CHECK(snoop.take_news() == true);
    snoop.from_pppd(kChapResponse);
    CHECK_FALSE(snoop.take_news());
    snoop.from_server(kChapSuccess);
    CHECK(snoop.take_news() == false);
  }
  SECTION("also if the answer to its second challenge went by unseen") {
    snoop.from_server(kChapSuccess);
    CHECK_FALSE(snoop.take_news());
  }
  SECTION("so a refusal that is taken back at once is none") {
    snoop.from_pppd(kChapResponse);
    snoop.from_server(kChapSuccess);
    CHECK_FALSE(snoop.take_news());
  }
}

TEST_CASE("what is no refusal of pppd's own login is not taken for one") {
  CHECK_FALSE(heard(kChapResponse, {kChapSuccess}));
  CHECK_FALSE(heard(kChapResponse, {kChapSuccess, chap(1, "\x10................server")}));
  // The session ends later, and its login was good.
  CHECK_FALSE(heard(kChapResponse, {kChapSuccess, lcp(5, "Authentication failed")}));
  CHECK_FALSE(heard(lcp(1, ""), {kMsChapFailure}));                     // nobody has asked
  CHECK_FALSE(heard(kChapResponse, {packet("FF 03 C0 23", 3, "\0")}));  // another protocol
  CHECK_FALSE(heard(kChapResponse, {hex("FF 03 C2 23 04 07 00")}));     // cut off
  CHECK_FALSE(heard(kChapResponse, {hex("FF 03 C2 23 04 07 00 40")}));  // longer than it is
  CHECK_FALSE(heard(packet("FF 03 C2 27", 2, "\1alice"), {packet("FF 03 C2 27", 4, "")}));
  CHECK_FALSE(heard(packet("FF 03 C2 27", 2, "\x0Dtls"), {packet("FF 03 C2 27", 4, "")}));
  // The server has to prove itself, and pppd refuses it.
  AuthSnoop snoop;
  snoop.from_server(kChapResponse);
  snoop.from_pppd(kMsChapFailure);
  CHECK_FALSE(snoop.take_news());
}

TEST_CASE("a new negotiation of LCP makes an answer void") {
  for (bool by_pppd : {true, false}) {
    AuthSnoop snoop;
    snoop.from_pppd(kChapResponse);
    by_pppd ? snoop.from_pppd(lcp(1, "")) : snoop.from_server(lcp(1, ""));
    snoop.from_server(kMsChapFailure);
    CHECK_FALSE(snoop.take_news());
  }
}
