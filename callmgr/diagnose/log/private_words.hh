// SPDX-License-Identifier: GPL-2.0-or-later
// Says which words are private because of their form, and which words are everybody's.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace callgate::diagnose {

enum class Private : uint8_t { ip4, ip6, mac, hash, uuid, host, name, password };
constexpr size_t kPrivateKinds = static_cast<size_t>(Private::password) + 1;
std::string_view name(Private kind);

// A regular expression for any word, with a group for each form: 1 MAC, 2 UUID, 3 possibly IPv6,
// 4 IPv4, 5 long hex, 6 other.
extern const char* const kWords;

// Whether programs print the word in their fixed texts. If such a word is also somebody's password,
// replacing it in a fixed text would tell the reader the password, and hide evidence.
bool is_everyday(std::string_view word);
// Whether the word often follows "password" or "user" in a sentence.
bool continues_sentence(std::string_view word);
// Whether the word identifies no one, although it stands where names stand.
bool is_nobody(std::string_view word);

bool is_domain(std::string_view word);  // host.example.net, but not a file, version or facility
bool is_ip6(std::string_view word);
bool is_plain_ip4(std::string_view word);  // identifies no host
bool is_private_ip4(std::string_view word);

}  // namespace callgate::diagnose
