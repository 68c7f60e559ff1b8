// SPDX-License-Identifier: GPL-2.0-or-later
// Every cause becomes a whole sentence and the exit status that pptp(8) documents.
#include "common/channel/reason.hh"

#include <cerrno>
#include <map>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

const std::map<Cause, int> kDocumentedStatus{
    {Cause::hung_up_locally, 0},
    {Cause::internal_error, 1},
    {Cause::bad_option, 2},
    {Cause::name_not_resolved, 3},
    {Cause::connect_failed, 4},
    {Cause::connect_timed_out, 4},
    {Cause::control_not_pptp, 5},
    {Cause::control_silent, 5},
    {Cause::control_closed, 5},
    {Cause::control_refused, 5},
    {Cause::control_version, 5},
    {Cause::control_out_of_order, 5},
    {Cause::control_stopped_early, 5},
    {Cause::call_refused, 6},
    {Cause::call_no_reply, 6},
    {Cause::call_bad_reply, 6},
    {Cause::call_cancelled, 6},
    {Cause::call_id_in_use, 6},
    {Cause::too_many_calls, 6},
    {Cause::gre_not_permitted, 7},
    {Cause::gre_failed, 7},
    {Cause::lost_no_echo, 8},
    {Cause::lost_closed, 8},
    {Cause::lost_protocol, 8},
    {Cause::server_cleared, 9},
    {Cause::server_stopped, 9},
    {Cause::operator_hung_up, 0},
    {Cause::manager_stopping, 10},
    {Cause::manager_unreachable, 10},
    {Cause::manager_died, 10},
    {Cause::manager_refused, 10},
    {Cause::other_namespace, 10},
    {Cause::wrong_usage, 1},
    {Cause::exec_failed, 1},
    {Cause::manager_not_trusted, 10},
    {Cause::lost_path, 8},
    {Cause::link_failed, 8},
    {Cause::link_closed, 9},
    {Cause::login_refused, 11},
};

Reason full(size_t cause) {
  return {.cause = static_cast<Cause>(cause),
          .result = 2,
          .error = 4,
          .code = 17,
          .os_error = ECONNREFUSED,
          .subject = "192.0.2.1",
          .detail = "the detail"};
}

// A part that was to be filled in and was not.
bool has_gap(const std::string& text) {
  for (const char* gap : {"{}", "{", "  ", ": :", ": ,", " :", " )", "()", "unknown"})
    if (text.find(gap) != std::string::npos) return true;
  return text.empty() || text.ends_with(' ') || text.ends_with(':') || text.ends_with(',');
}

}  // namespace

TEST_CASE("every cause has the documented exit status") {
  REQUIRE(kDocumentedStatus.size() == kCauses);
  for (const auto& [cause, status] : kDocumentedStatus) {
    INFO(name(cause));
    CHECK(static_cast<int>(exit_status(cause)) == status);
  }
}

TEST_CASE("every cause has a sentence without gaps, and a name of its own") {
  std::vector<std::string> names, lines;
  for (size_t i = 0; i < kCauses; i++) {
    auto reason = full(i);
    INFO(name(reason.cause) << ": " << line(reason));
    CHECK_FALSE(has_gap(sentence(reason)));
    CHECK_FALSE(has_gap(line(reason)));
    CHECK(std::find(names.begin(), names.end(), name(reason.cause)) == names.end());
    CHECK(std::find(lines.begin(), lines.end(), line(reason)) == lines.end());
    names.emplace_back(name(reason.cause));
    lines.push_back(line(reason));
  }
}

TEST_CASE("no cause claims an OS error where there was none") {
  for (size_t i = 0; i < kCauses; i++) {
    auto reason = full(i);
    reason.os_error = 0;
    INFO(name(reason.cause) << ": " << sentence(reason));
    CHECK_FALSE(has_gap(sentence(reason)));
    CHECK(sentence(reason).find("Success") == std::string::npos);
    CHECK(sentence(reason).find("Connection refused") == std::string::npos);
  }
}

TEST_CASE("a cause that nobody was told about is an internal error") {
  auto unknown = static_cast<Cause>(kCauses);
  CHECK(name(unknown) == "internal_error");
  CHECK(exit_status(unknown) == ExitStatus::usage_or_internal);
}

TEST_CASE("a hint follows the sentence in brackets, and is left out where there is none") {
  Reason refused{.cause = Cause::connect_failed, .os_error = ECONNREFUSED, .subject = "192.0.2.1"};
  CHECK(line(refused) ==
        "cannot connect to 192.0.2.1 on TCP port 1723: Connection refused (check the address, the"
        " route to it, and that the server listens on TCP port 1723); [S08] to find out more:"
        " pptpctl diagnose 192.0.2.1");
  Reason hung_up{.cause = Cause::hung_up_locally, .detail = "pppd ended"};
  CHECK(line(hung_up) == "hung up: pppd ended");
}

TEST_CASE("where a second look at the server helps, the line ends with the command for it") {
  auto ends = [](const Reason& reason, const std::string& words) {
    return line(reason).ends_with("; [" + words);
  };
  std::string both = "vpn.example.net (192.0.2.1)";
  CHECK(ends({.cause = Cause::control_closed, .subject = both},
             "S54] to find out more: pptpctl diagnose vpn.example.net"));
  CHECK(ends({.cause = Cause::connect_failed, .os_error = EHOSTUNREACH, .subject = both},
             "S10] to find out more: pptpctl diagnose vpn.example.net"));
  CHECK(ends({.cause = Cause::name_not_resolved, .subject = "nowhere.example"},
             "F1] to find out more: pptpctl diagnose nowhere.example"));
  for (auto cause : {Cause::hung_up_locally, Cause::bad_option, Cause::server_cleared})
    CHECK(line({.cause = cause, .subject = both, .detail = "x"}).find("diagnose") ==
          std::string::npos);
}

TEST_CASE("an error without an OS error is not called closed") {
  CHECK(sentence({.cause = Cause::internal_error, .detail = "read options"}) ==
        "internal error: read options");
  CHECK(sentence({.cause = Cause::manager_unreachable, .subject = "/s", .detail = "no answer"}) ==
        "cannot reach the call manager at /s: no answer");
}

TEST_CASE("a connection that was closed is told from one that was reset") {
  Reason lost{.cause = Cause::lost_closed, .subject = "192.0.2.1"};
  CHECK(sentence(lost) == "connection to 192.0.2.1 lost: TCP connection closed by the server");
  lost.os_error = ECONNRESET;
  CHECK(sentence(lost) == "connection to 192.0.2.1 lost: Connection reset by peer");
}

TEST_CASE("the codes of a refused call are said in words and numbers") {
  Reason refused{
      .cause = Cause::call_refused, .result = 2, .error = 6, .code = 17, .subject = "192.0.2.1"};
  CHECK(sentence(refused) ==
        "192.0.2.1 refused the call: result 2 (general error), error 6 (vendor-specific PAC"
        " error), cause 17");
  CHECK(sentence({.cause = Cause::call_refused, .result = 4, .subject = "192.0.2.1"}) ==
        "192.0.2.1 refused the call: result 4 (busy)");
}

TEST_CASE("every exit status has a line for the manual page") {
  std::vector<std::string_view> all;
  for (uint8_t status = 0; status <= 11; status++) {
    auto words = describe(static_cast<ExitStatus>(status));
    CHECK_FALSE(words.empty());
    CHECK(words != "unknown");
    CHECK(std::find(all.begin(), all.end(), words) == all.end());
    all.push_back(words);
  }
}
