// SPDX-License-Identifier: GPL-2.0-or-later
// Every fault that a probe can find, and how a probe says that it has found one. The words for a
// fault are in rules/*.toml: the rule of the same id has its title, cause, remedy and HOWTO entry.
#pragma once

#include <array>
#include <type_traits>

#include "callmgr/diagnose/live/step.hh"

namespace callgate::diagnose::live {

struct Fault {
  std::string_view rule;  // the id of its rule
  // Names of the values that the probe finds, in the order in which it gives them. The rule has a
  // placeholder for each. What a shell reads as one word is quoted.
  std::array<std::string_view, 2> values;

  constexpr size_t count() const { return values.size() - values[0].empty() - values[1].empty(); }
};

inline constexpr Fault kFaults[] = {
    {"name-not-resolved", {"server"}},
    {"server-not-a-name", {"name"}},
    {"tcp-network-unreachable", {"server"}},
    {"route-loop", {"server", "prefix"}},
    {"path-mtu-too-small", {"interface"}},
    {"tcp-refused", {"server"}},
    {"tcp-no-route-to-host", {"server"}},
    {"tcp-not-permitted"},
    {"tcp-timed-out", {"server"}},
    {"control-not-pptp", {"program"}},
    {"control-silent"},
    {"control-closed"},
    {"control-refused"},
    {"control-out-of-order"},
    {"call-refused"},
    {"manager-unreachable"},
    {"gre-not-permitted"},
    {"gre-protocol-unreachable", {"server"}},
    {"gre-rejected", {"server"}},
    {"gre-server-hung-up"},
    {"gre-nothing-heard"},
    {"gre-one-way"},
    {"gre-filtered-here", {"drops", "commands"}},
    {"second-tunnel"},
    {"nat-without-helper"},
    {"server-without-mschap", {"asked", "option"}},
    {"packets-too-big", {"server", "size"}},
    {"no-ppp-device"},
    {"no-ppp-async"},
    {"mppe-no-kernel-support"},
    {"fips"},
    {"no-pppd"},
    {"pppd-without-mppe"},
    {"no-md4"},
    {"no-such-file", {"directory"}},
    {"pptp-not-found", {"pptp", "server"}},
    {"peers-no-pty", {"server"}},
    {"peers-no-nolaunchpppd", {"pptp", "server"}},
    {"peers-sync-mismatch"},
    {"peers-mppe-impossible", {"wanted", "option"}},
    {"peers-old-option", {"option", "replacement"}},
    {"peers-require-auth", {"option"}},
    {"peers-kernel-plugin", {"server"}},
    {"peers-pppd-objects", {"tunnel"}},
    {"peers-open-quote", {"line", "file"}},
    {"peers-unquoted-hash", {"option"}},
    {"peers-four-backslashes", {"option"}},
    {"peers-lost-backslash", {"option"}},
    {"secrets-no-entry", {"user", "server-name"}},
    {"secrets-unquoted-hash"},
    {"secrets-unquoted-blank"},
    {"secrets-open-quote"},
    {"secrets-four-backslashes"},
    {"secrets-world-readable"},
};

// A fault of the table by its id, with as many values as it has: anything else does not compile.
template <size_t kValues>
struct FaultWith {
  consteval FaultWith(const char* rule) : index(0) {
    while (kFaults[index].rule != rule)
      if (++index == std::size(kFaults)) throw "kFaults has no fault of this id";
    if (kFaults[index].count() != kValues) throw "kFaults lists another number of values for it";
  }
  size_t index;
};

Result failure(const Fault& fault, std::string seen, std::vector<std::string> values);

// failure("tcp-refused", "cannot connect to 192.0.2.1", "192.0.2.1")
template <typename... Texts>
Result failure(std::type_identity_t<FaultWith<sizeof...(Texts)>> found, std::string seen,
               Texts... values) {
  return failure(kFaults[found.index], std::move(seen),
                 std::vector<std::string>{std::move(values)...});
}

}  // namespace callgate::diagnose::live
