// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/decode.hh"

#include "callmgr/diagnose/log/explain.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"

using namespace callgate::diagnose;

TEST_CASE("the fields of an MS-CHAP failure") {
  auto failure = parse_chap_failure("\"E=691 R=1 C=0123456789ABCDEF V=3 M=Access denied\"");
  REQUIRE(failure);
  CHECK(failure->error == 691);
  CHECK(failure->retry == 1);
  CHECK(failure->version == 3);
  CHECK(failure->message == "Access denied");
  CHECK_FALSE(parse_chap_failure("Access denied"));
}

TEST_CASE("Windows' error number in a Terminate-Request, in each way that pppd prints it") {
  CHECK(ras_error_in("0e a3 45 cf 00 3c cd 74 00 00 02 89") == 649);
  CHECK(ras_error_in(R"("#\37777777776U\37777777621\000<\37777777715t\000\000\002\37777777746")") ==
        742);
  CHECK(ras_error_in(R"("#\376U\221\000<\315t\000\000\002\346")") == 742);
  CHECK(ras_error_in("(#M-~UM-^Q^@<M-Mt^@^@^BM-f)") == 742);
  CHECK_FALSE(ras_error_in("00 00 02 dc"));
  CHECK_FALSE(ras_error_in("\"User request\""));
}

TEST_CASE("a line of evidence is explained in words") {
  CHECK_THAT(explain("rcvd [CHAP Failure id=0x0 \"E=649 R=0\"]"), contains("may not dial in"));
  CHECK_THAT(explain("rcvd [LCP TermReq id=0x3 0e a3 45 cf 00 3c cd 74 00 00 02 dc]"),
             contains("732"));
  CHECK_THAT(explain("sent [CCP ConfNak id=0x1 <mppe 1 0 0 60>]"),
             contains("we want other values: 128 bit or 40 bit, stateless"));
  CHECK_THAT(explain("rcvd [LCP ConfReq id=0x0 <auth chap 81> <magic 0x6fe7>]"),
             contains("chap MS-v2"));
  CHECK_THAT(explain("pppd exited with error code 19"), contains("name and password"));
  CHECK_THAT(explain("Script pptp vpn --nolaunchpppd finished (pid 7), status = 0x4"),
             contains("no TCP connection"));
  CHECK_THAT(explain("Call manager exited with error 256"), contains("exit status 1"));
  CHECK_THAT(explain("Reply result code is 4 'Busy'. Error code is 0"), contains("busy"));
  CHECK(explain("Script /etc/ppp/ip-up finished (pid 7), status = 0x4").empty());
  CHECK(explain("sent [LCP ConfReq id=0x1 <mru 1400>]").empty());
  CHECK(explain("Using interface ppp0").empty());
}
