// SPDX-License-Identifier: GPL-2.0-or-later
// What a shell is told to offer, for each place on a command line.
#include "callmgr/pptpctl/completion.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

const std::vector<Subcommand> kTable{
    {"dig", "", "make a hole", nullptr, {{"--deep", nullptr, "down"}}, {Kind::call, Kind::file}},
    {"dive",
     "",
     "",
     nullptr,
     {{"--log", "FILE", "", Kind::file},
      {"--tunnel", "NAME", "", Kind::tunnel},
      {"--seconds", "N", "", Kind::number}}},
};

Candidates looked_up(Kind kind) {
  if (kind == Kind::call) return {{"4711", "vpn"}, {"4712", "vpn"}, {"5", "home"}};
  if (kind == Kind::tunnel) return {{"work", ""}};
  return {};
}

Words offered(const Words& words) {
  Words result;
  for (const auto& candidate : complete(kTable, words, looked_up)) result.push_back(candidate.word);
  return result;
}

}  // namespace

TEST_CASE("the first word is a subcommand") {
  CHECK(offered({""}) == Words{"dig", "dive"});
  CHECK(offered({"div"}) == Words{"dive"});
  CHECK(offered({"x"}) == Words{});
  CHECK(complete(kTable, {"dig"}, looked_up)[0].what == "make a hole");
  CHECK(offered({}) == Words{});
}

TEST_CASE("operands are offered by their kind and place") {
  CHECK(offered({"dig", ""}) == Words{"4711", "4712", "5"});
  CHECK(offered({"dig", "47"}) == Words{"4711", "4712"});
  CHECK(offered({"dig", "--deep", "5"}) == Words{"5"});
  CHECK(offered({"dig", "4711", ""}) == Words{kFilesWanted});
  CHECK(offered({"dig", "--", "5"}) == Words{"5"});
}

TEST_CASE("options are offered where a dash is typed or nothing else can come, and once") {
  CHECK(offered({"dig", "-"}) == Words{"--deep"});
  CHECK(offered({"dig", "--deep", "-"}) == Words{});
  CHECK(offered({"dig", "4711", "x", ""}) == Words{"--deep"});
  CHECK(offered({"dive", "--l"}) == Words{"--log"});
  CHECK(offered({"dig", "--", "-"}) == Words{});
}

TEST_CASE("an option's value is offered by its kind") {
  CHECK(offered({"dive", "--log", "x"}) == Words{kFilesWanted});
  CHECK(offered({"dive", "--tunnel", ""}) == Words{"work"});
  CHECK(offered({"dive", "--seconds", ""}) == Words{});
  CHECK(offered({"dive", "--tunnel", "work", "--"}) == Words{"--log", "--seconds"});
  CHECK(offered({"dive", "--tunnel=work", "--"}) == Words{"--log", "--seconds"});
}

TEST_CASE("nothing is offered behind a word that is no subcommand") {
  CHECK(offered({"dgi", ""}) == Words{});
}
