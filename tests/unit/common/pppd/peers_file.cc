// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/pppd/peers_file.hh"

#include <cerrno>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

using Words = std::vector<std::string>;
using Files = std::map<std::string, std::string>;

OptionLoader loader(const Files& files) {
  return [files](const std::string& path) {
    auto found = files.find(path);
    return found == files.end() ? OptionText{"", ENOENT} : OptionText{found->second, 0};
  };
}

Words names(const OptionReader& reader) {
  Words result;
  for (const auto& option : reader.options()) result.push_back(option.name.text);
  return result;
}

}  // namespace

TEST_CASE("the files that a file names are read in their place") {
  auto load = loader({{"/etc/ppp/peers/a", "debug file /x lock"},
                      {"/x", "call b\nnoauth"},
                      {"/etc/ppp/peers/b", "mtu 1400"}});
  OptionReader reader(load);
  reader.read_words({"nodetach", "call", "a", "persist"});
  CHECK(names(reader) ==
        Words{"nodetach", "call", "debug", "file", "call", "mtu", "noauth", "lock", "persist"});
  CHECK(reader.options()[6].where() == "line 2 of /x");
  CHECK(reader.options()[0].where() == "the command line");
}

TEST_CASE("a file that names itself ends, and says so") {
  auto load = loader({{"/x", "file /x file /x file /x"}});
  OptionReader reader(load);
  reader.read_file("/x");
  CHECK(reader.options().size() < 1000);
  CHECK(reader.unread().front().error == ELOOP);
}

TEST_CASE("an option without its value, and a file that does not exist, are noted") {
  auto load = loader({});
  OptionReader reader(load);
  CHECK(reader.read_file("/etc/ppp/options", false) == ENOENT);
  reader.read_words({"file", "/none", "mtu"});
  CHECK(reader.options().back().lacks_value);
  REQUIRE(reader.unread().size() == 2);
  CHECK_FALSE(reader.unread()[0].needed);
  CHECK(reader.unread()[1].needed);
}

TEST_CASE("a name of a peers file does not lead out of the directory") {
  for (auto name : {"work", "a/b", "..work", "a..", "a/..b"}) CHECK(is_peers_name(name));
  for (auto name : {"", "/etc/passwd", "..", "../x", "a/../b", "a/.."})
    CHECK_FALSE(is_peers_name(name));
}

TEST_CASE("the pty command shows what else the shell runs") {
  CHECK(pty_command("pptp h --nolaunchpppd").before.empty());
  CHECK(pty_command("exec pptp h").before == Words{"exec"});
  CHECK(pty_command("ip netns exec wan pptp h").before == Words{"ip", "netns", "exec", "wan"});
  CHECK(pty_command("'/opt/our/pptp' '192.0.2.1' --logstring 'out NAME'").pptp ==
        Words{"/opt/our/pptp", "192.0.2.1", "--logstring", "out NAME"});
  CHECK(pty_command("pptp h 2>/dev/null").pptp == Words{"pptp", "h"});
  CHECK_FALSE(pty_command("pptp h 2>/dev/null").followed);
  CHECK(pty_command("pptp h; sleep 1").followed);
  CHECK(pty_command("pptp h | tee x").followed);
  CHECK(pty_command("/usr/local/bin/dial").pptp.empty());
}
