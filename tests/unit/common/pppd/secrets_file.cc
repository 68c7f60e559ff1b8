// SPDX-License-Identifier: GPL-2.0-or-later
// The secrets are found as pppd finds them.
#include "common/pppd/secrets_file.hh"

#include <cerrno>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

OptionText load(const std::string& path) {
  if (path == "/run/secrets/vpn") return {"'from a file'\n", 0};
  if (path == "/empty") return {"# nothing\n", 0};
  return {"", EACCES};
}

std::string secret(std::string_view text, const std::string& server = "vpn",
                   const std::string& client = "alice") {
  auto found = find_secret(text, client, server, load);
  return found.problem.empty() ? found.secret : found.problem;
}

}  // namespace

TEST_CASE("of several secrets the one with fewer stars is taken, and of equals the first") {
  CHECK(secret("* * d\n* vpn c\nalice * b\nalice vpn a\n") == "a");
  CHECK(secret("* * d\n* vpn c\nalice * b\n") == "b");
  CHECK(secret("* * d\n* vpn c\n") == "c");
  CHECK(secret("alice vpn first\nalice vpn second\n") == "first");
  CHECK(secret("bob vpn x\nalice other y\n").empty());
  CHECK(find_secret("bob vpn x\n", "alice", "vpn", load).line == 0);
  CHECK(find_secret("\nalice vpn x\n", "alice", "vpn", load).line == 2);
}

TEST_CASE("quotes, escapes and continued lines are part of a secret as for pppd") {
  CHECK(secret("alice vpn 'a b#c' *") == "a b#c");
  CHECK(secret("alice vpn a\\ b\\x41 *") == "a bA");
  CHECK(secret("corp\\\\alice vpn x", "vpn", "corp\\alice") == "x");
  CHECK(secret("alice \\\n vpn x") == "x");
  CHECK(secret("alice vpn \"\" *").empty());
  CHECK(find_secret("alice vpn \"\" *", "alice", "vpn", load).line == 1);
  CHECK(secret("alice vpn\nalice vpn x") == "x");  // an entry without a secret is none
}

TEST_CASE("without remotename an entry for every server is taken, else the only one") {
  CHECK(secret("alice vpn a\nalice * b\n", "") == "b");
  CHECK(secret("alice vpn a\n", "") == "a");
  CHECK(secret("alice vpn a\nalice vpn2 a\n", "") == "a");
  CHECK(secret("alice vpn a\nalice vpn2 b\n", "").find("name the server with remotename") !=
        std::string::npos);
}

TEST_CASE("a secret may be in another file, and a problem with that file is told") {
  CHECK(secret("alice vpn @/run/secrets/vpn *\n") == "from a file");
  CHECK(secret("alice vpn @home *\n") == "@home");
  CHECK(secret("alice vpn @/empty *\n") ==
        "/empty, which line 1 of the secrets names, has no secret");
  CHECK(secret("alice vpn @/etc/shadow *\n") ==
        "cannot read /etc/shadow, which line 1 of the secrets names: Permission denied");
}
