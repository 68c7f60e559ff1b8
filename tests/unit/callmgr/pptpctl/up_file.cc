// SPDX-License-Identifier: GPL-2.0-or-later
// The file that says that a tunnel is up.
#include "callmgr/pptpctl/up_file.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

TEST_CASE("all that ip-up.d/callgate-up writes is read") {
  auto file = parse_up_file(
      "interface ppp0\nindex 7\naddress 10.0.0.2\npeer 10.0.0.1\nprocess 4711\nserver "
      "vpn.example.net\ndns 10.0.0.53 10.0.0.54\n");
  REQUIRE(file);
  CHECK(file->interface == "ppp0");
  CHECK(file->index == 7);
  CHECK(file->address == "10.0.0.2");
  CHECK(file->peer == "10.0.0.1");
  CHECK(file->process == 4711);
  CHECK(file->server == "vpn.example.net");
  CHECK(file->dns == "10.0.0.53 10.0.0.54");
}

TEST_CASE("each network that does not go through the tunnel is read") {
  auto file = parse_up_file("interface ppp0\nindex 7\nmissing 10.0.0.0/8\nmissing 172.16.2.3/12\n");
  REQUIRE(file);
  CHECK(file->missing == std::vector<std::string>{"10.0.0.0/8", "172.16.2.3/12"});
  CHECK(parse_up_file("interface ppp0\nindex 7\n")->missing.empty());
}

TEST_CASE("a value that is missing takes no other line") {
  auto file = parse_up_file("server \ninterface ppp0\npeer\nindex 7\ndns  \naddress 10.0.0.2");
  REQUIRE(file);
  CHECK(file->server.empty());
  CHECK(file->peer.empty());
  CHECK(file->interface == "ppp0");
  CHECK(file->index == 7);
  CHECK(file->address == "10.0.0.2");
}

TEST_CASE("words of a later version are ignored") {
  CHECK(parse_up_file("interface ppp0\nindex 7\ncolour red\n"));
}

TEST_CASE("a text that names no interface says that no tunnel is up") {
  for (auto text : {"", "\n\n", "interface ppp0\n", "index 7\n", "interface \nindex 7\n",
                    "interface ppp0\nindex 0\n", "interface ppp0\nindex x\n", "interfaceppp0\n"})
    CHECK_FALSE(parse_up_file(text));
}

TEST_CASE("a tunnel has such a file if pptpsetup would take its name") {
  CHECK(up_file_path("work") == "/run/callgate-work.up");
  CHECK(up_file_path("a.b_c-1") == "/run/callgate-a.b_c-1.up");
  for (const std::string name : {"", ".", "..", "a/b", "a b", "../x", "a\n", "\xC3\xA4"})
    CHECK_FALSE(up_file_path(name));
  CHECK(up_file_path(std::string(64, 'a')));
  CHECK_FALSE(up_file_path(std::string(65, 'a')));
}

TEST_CASE("each terminal of pppd is read, also after a server that is not known") {
  auto file = parse_up_file(
      "interface ppp5\nindex 12\nserver \nterminal /dev/pts/3\nterminal /dev/pts/8\n");
  REQUIRE(file);
  CHECK(file->server.empty());
  CHECK(file->terminals == std::vector<std::string>{"/dev/pts/3", "/dev/pts/8"});
}
