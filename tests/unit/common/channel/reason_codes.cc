// SPDX-License-Identifier: GPL-2.0-or-later
// Words for every code that RFC 2637 defines, and "unknown" for every other.
#include "common/channel/reason.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

void check_words(std::string_view (*words)(uint8_t), uint8_t first, uint8_t last) {
  std::vector<std::string_view> all;
  for (unsigned code = first; code <= last; code++) {
    auto word = words(static_cast<uint8_t>(code));
    INFO("code " << code << ": " << word);
    CHECK_FALSE(word.empty());
    CHECK(word != "unknown");
    CHECK(std::find(all.begin(), all.end(), word) == all.end());
    all.push_back(word);
  }
  for (unsigned code = last + 1u; code < 256; code++)
    CHECK(words(static_cast<uint8_t>(code)) == "unknown");
}

}  // namespace

TEST_CASE("result codes of RFC 2637 have words, and no other code has") {
  SECTION("Start-Control-Connection-Reply, section 2.2") {
    check_words(sccrp_result, 1, 5);
  }
  SECTION("general errors, section 2.16") {
    check_words(general_error, 0, 6);
  }
  SECTION("Stop-Control-Connection-Request, section 2.3") {
    check_words(stop_reason, 1, 3);
  }
  SECTION("Outgoing-Call-Reply, section 2.8") {
    check_words(ocrp_result, 1, 7);
  }
  SECTION("Call-Disconnect-Notify, section 2.13") {
    check_words(disconnect_result, 1, 4);
  }
}

TEST_CASE("the words belong to their codes") {
  CHECK(sccrp_result(4) == "requester is not authorised");
  CHECK(general_error(4) == "out of resources");
  CHECK(stop_reason(3) == "it is being shut down");
  CHECK(ocrp_result(4) == "busy");
  CHECK(disconnect_result(1) == "carrier lost");
}

// pptpd and Windows send 0 where the RFC begins with 1.
TEST_CASE("the zero that real servers send has words too") {
  for (auto words : {sccrp_result, stop_reason, ocrp_result, disconnect_result}) {
    CHECK_FALSE(words(0).empty());
    CHECK(words(0) != "unknown");
  }
}
