// SPDX-License-Identifier: GPL-2.0-or-later
// From the steps to the verdict, and from what was heard to what it means.
#include "callmgr/diagnose/live/case.hh"

#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "callmgr/diagnose/live/probes/control_answer.hh"
#include "callmgr/diagnose/live/probes/gre_outcome.hh"
#include "callmgr/diagnose/live/probes/lcp_speaker.hh"
#include "callmgr/diagnose/live/report.hh"
#include "common/system/os_error.hh"
#include "tests/unit/callmgr/diagnose/diagnosing.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::diagnose;
using namespace callgate::diagnose::live;
using namespace callgate::test;

namespace {

Step step(std::string_view id, Outcome outcome, std::vector<std::string_view> needs = {},
          std::string_view explains = {}, bool essential = true) {
  return {.id = id,
          .title = id,
          .broken = id,
          .needs = std::move(needs),
          .explains = explains,
          .essential = essential,
          .run = [outcome](Case&) { return Result{.outcome = outcome, .rule = "fips"}; }};
}

struct Walked {
  std::vector<Step> steps;
  StepReports reports;
  Conclusion conclusion;
};

Walked walked(std::vector<Step> steps, Duration time = Duration(60'000)) {
  Walked result{.steps = std::move(steps)};
  Case the_case{.end = Clock::now() + time};
  result.reports = walk(result.steps, the_case, [](const StepReport&) {});
  result.conclusion = conclude(result.reports);
  return result;
}

constexpr auto ok = Outcome::pass, bad = Outcome::fail, unsure = Outcome::unknown;

// The LCP packets in what goes to the pty, from the code on.
std::vector<Bytes> lcp_packets(const Bytes& framed) {
  std::vector<Bytes> packets;
  HdlcDecoder().decode(
      framed, [&](ByteSpan frame) { packets.emplace_back(frame.begin() + 4, frame.end()); });
  return packets;
}

Bytes code_reject(uint8_t identifier, const Bytes& body) {
  Bytes frame{0xC0, 0x21, 7, identifier};
  Writer(frame).put(static_cast<uint16_t>(4 + body.size()));
  frame.insert(frame.end(), body.begin(), body.end());
  Bytes out;
  encode_hdlc(frame, kDefaultAccm, out);
  return out;
}

}  // namespace

TEST_CASE("the verdict is about the first broken step") {
  CHECK(walked({step("a", ok), step("b", ok)}).conclusion.verdict == Verdict::healthy);
  CHECK(walked({step("a", ok), step("b", unsure)}).conclusion.verdict == Verdict::unknown);
  CHECK(walked({step("a", ok), step("b", unsure, {}, {}, false)}).conclusion.verdict ==
        Verdict::healthy);
  auto broken = walked({step("a", unsure), step("b", bad), step("c", bad)});
  CHECK(broken.conclusion.verdict == Verdict::problem);
  CHECK(broken.conclusion.first_broken->step->id == "b");
  CHECK(broken.reports[1].result.rule == "fips");
}

TEST_CASE("what explains a broken step is the best finding, and the step stays the first broken") {
  auto all = walked({step("gre", bad), step("filter", bad, {}, "gre"), step("nat", bad, {}, "gre"),
                     step("ppp", bad)});
  CHECK(all.conclusion.first_broken->step->id == "gre");
  std::string order;
  for (const auto* finding : all.conclusion.findings) order += std::string(finding->step->id) + " ";
  CHECK(order == "filter nat gre ppp ");
}

TEST_CASE("a step is skipped for the first thing that is missing, also at second hand") {
  auto all = walked({step("name", bad), step("tcp", ok, {"name"}), step("gre", ok, {"tcp"})});
  CHECK(all.reports[2].result.outcome == Outcome::skipped);
  CHECK(all.reports[2].result.seen == "skipped: name");
}

TEST_CASE("a step without time left, and one that the system fails, cannot tell") {
  CHECK(walked({step("a", ok)}, Duration(-1)).conclusion.verdict == Verdict::unknown);
  auto broken = step("a", ok);
  broken.run = [](Case&) -> Result { throw OsError(EMFILE, "open a pty"); };
  CHECK(walked({broken}).reports[0].result.outcome == Outcome::unknown);
}

TEST_CASE("texts of others cannot drive the terminal, and JSON has what a log's diagnosis has") {
  auto one = step("a", bad);
  one.run = [](Case&) { return failure("path-mtu-too-small", "\x1b[2J", "a\x1b[2J"); };
  auto all = walked({one});
  CHECK(text_of(all.reports[0]).find('\x1b') == std::string::npos);
  CHECK(text_of(all.conclusion, all_rules()).find("First broken step: a") != std::string::npos);
  auto json = json_of("host", all.reports, all.conclusion, all_rules());
  for (auto member :
       {"\"verdict\": \"problem\"", "\"stage\": \"none\"", "\"rule\": \"path-mtu-too-small\"",
        "\"entry\": \"S50\"", "interface:\\n  ip link set dev a\\\\x1b[2J mtu 1500\"",
        "\"outcome\": \"fail\""})
    CHECK(json.find(member) != std::string::npos);
}

TEST_CASE(
    "LCP: an answer shows that ours arrive, a request of the server's only that it is heard") {
  LcpSpeaker speaker(0x01020304);
  auto ours = speaker.next_request();
  Bytes theirs;
  encode_hdlc(Bytes{0xFF, 0x03, 0xC0, 0x21, 1, 1, 0, 4}, kDefaultAccm, theirs);
  speaker.received(theirs);
  CHECK(speaker.authentications().first == kNoAuthentication);
  CHECK(speaker.answers() == 0);
  Bytes ack;
  encode_hdlc(Bytes{0xC0, 0x21, 2, 1, 0, 10, 5, 6, 1, 2, 3, 4}, kDefaultAccm, ack);
  speaker.received(ack);
  CHECK(speaker.answers() == 1);
  speaker.received(ours);  // looped back
  CHECK(speaker.answers() == 2);
  CHECK(speaker.frames() == 3);
}

TEST_CASE("LCP: a packet comes back in a Code-Reject, as RFC 1661 says and as accel-ppp does it") {
  for (bool as_accel_ppp : {false, true}) {
    INFO(as_accel_ppp);
    LcpSpeaker speaker(0x01020304);
    auto sizes = speaker.packets_of_sizes(kTriedSizes.size());
    auto packets = lcp_packets(sizes);
    REQUIRE(packets.size() == kTriedSizes.size());
    const auto& second = packets[1];  // the largest is lost
    Bytes overwritten(second.begin() + 4, second.end());
    speaker.received(as_accel_ppp ? code_reject(second[1], overwritten) : code_reject(1, second));
    CHECK(speaker.largest() == kTriedSizes[kTriedSizes.size() - 2]);
    speaker.received(code_reject(second[1], {}));
    speaker.received(code_reject(0xFF, Bytes(8, 'U')));
    CHECK(speaker.largest() == kTriedSizes[kTriedSizes.size() - 2]);
  }
}

TEST_CASE("LCP: MS-CHAPv2 is proposed once to a server that asks for something else") {
  auto request = [](uint8_t identifier, Bytes option) {
    Bytes frame{0xC0, 0x21, 1, identifier, 0, static_cast<uint8_t>(8 + option.size()),
                1,    4,    5, 120};
    frame.insert(frame.end(), option.begin(), option.end());
    Bytes out;
    encode_hdlc(frame, kDefaultAccm, out);
    return out;
  };
  const Bytes pap{3, 4, 0xC0, 0x23}, mschap_v2{3, 5, 0xC2, 0x23, 0x81};
  LcpSpeaker speaker(1);
  speaker.received(request(7, pap));
  auto proposals = lcp_packets(speaker.take_proposal());
  REQUIRE(proposals.size() == 1);
  CHECK(proposals[0] == Bytes{3, 7, 0, 9, 3, 5, 0xC2, 0x23, 0x81});
  speaker.received(request(7, pap));  // sent again before our proposal has arrived
  CHECK_FALSE(speaker.authentications().then);
  speaker.received(request(8, pap));
  CHECK(speaker.take_proposal().empty());
  CHECK(speaker.authentications().first == kPap);
  CHECK(speaker.authentications().then == kPap);
  LcpSpeaker content(1);
  content.received(request(1, mschap_v2));
  CHECK(content.take_proposal().empty());
  CHECK(content.authentications().first == kMsChapV2);
  for (const Bytes& broken : {Bytes{3, 9, 0xC0, 0x23}, Bytes{3, 1}, Bytes{3}, Bytes{3, 3, 0xC0}}) {
    LcpSpeaker hearer(1);
    hearer.received(request(1, broken));
    CHECK(hearer.authentications().first == kNoAuthentication);
  }
}

TEST_CASE("an authentication that the tunnel does not allow is named, and no other") {
  auto rule = [](Authentications asked, const std::string& options) {
    Case the_case{.authentications = asked,
                  .peers = parse_peers("/etc/ppp/peers/t", [&](auto& path) {
                    return path == "/etc/ppp/peers/t" ? OptionText{options, 0} : OptionText{"", 2};
                  })};
    auto result = probe_authentication(the_case);
    return result.outcome == Outcome::fail ? result.seen : std::string(name(result.outcome));
  };
  CHECK(rule({kPap, kPap}, "require-mppe-128").ends_with("the tunnel has require-mppe-128"));
  CHECK(rule({kPap, kNoAuthentication}, "refuse-pap").ends_with("the tunnel has refuse-pap"));
  CHECK(rule({kEap, kEap}, "refuse-pap require-mppe").ends_with("the tunnel has require-mppe"));
  CHECK(rule({kNoAuthentication, {}}, "require-mppe").ends_with("the tunnel has require-mppe"));
  CHECK(rule({kPap, kPap}, "refuse-chap nomppe") == "pass");
  CHECK(rule({kPap, kPap}, "") == "pass");
  CHECK(rule({kPap, kMsChapV2}, "require-mppe-128 refuse-pap") == "pass");
  CHECK(rule({kMsChapV2, {}}, "require-mppe-128") == "pass");
  CHECK(rule({kPap, {}}, "require-mppe-128") == "unknown");
  CHECK(rule({}, "require-mppe-128") == "unknown");
}

TEST_CASE("how a call went tells where GRE is lost") {
  auto state = [](CallFacts facts) { return judge(facts, "192.0.2.1").state; };
  CHECK(state({.sent = 1, .frames = 1, .answers = 1}) == GreState::passes);
  CHECK(state({.sent = 3, .gre_errors = {EPERM}}) == GreState::not_sent);
  CHECK(state({.sent = 3, .gre_errors = {ENOPROTOOPT}}) == GreState::refused);
  CHECK(state({.sent = 3, .frames = 2}) == GreState::one_way);
  CHECK(state({.sent = 6}) == GreState::silent);
  CHECK(state({.sent = 1, .gone = true, .end = Reason{.cause = Cause::server_cleared}}) ==
        GreState::hung_up);
  CHECK(judge({.gone = true, .end = Reason{.cause = Cause::gre_not_permitted}}, "192.0.2.1")
            .result.outcome == Outcome::unknown);
  CHECK(
      judge({.gone = true, .end = Reason{.cause = Cause::call_refused}}, "192.0.2.1").result.rule ==
      "call-refused");
}

TEST_CASE("what answers on port 1723 is named") {
  auto rule = [](std::string_view bytes, bool closes) {
    ControlAnswer answer;
    Bytes raw(bytes.begin(), bytes.end());
    if (!raw.empty()) answer.received(raw);
    if (closes && !answer.decided()) answer.closed(0);
    auto result = judge(answer, Duration(3'000));
    return std::string(result.rule) + ": " + result.seen;
  };
  CHECK(rule("HTTP/1.1 400 Bad Request\r\n", false) ==
        "control-not-pptp: a web server answers: \"HTTP/1.1 400 Bad Request\"");
  CHECK(rule("SSH-2.0-x\r\n", false).find("an SSH server") != std::string::npos);
  CHECK(rule("", true).starts_with("control-closed"));
  CHECK(rule("", false).starts_with(
      "control-silent: connected, but no Start-Control-Connection-Reply in 3 s"));
  auto reply = encode(StartControlConnectionReply{.result = 4});
  CHECK(rule({reinterpret_cast<const char*>(reply.data()), reply.size()}, false)
            .starts_with("control-refused"));
  for (auto [vendor, kind] : {std::pair{"cananian", "(accel-ppp)"}, {"linux", "(pptpd)"}}) {
    reply = encode(StartControlConnectionReply{.result = 1, .vendor = {vendor}});
    auto shown = rule({reinterpret_cast<const char*>(reply.data()), reply.size()}, false);
    CHECK(shown.find(fmt::format("vendor \"{}\" {}", vendor, kind)) != std::string::npos);
  }
}
