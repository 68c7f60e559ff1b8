// SPDX-License-Identifier: GPL-2.0-or-later
// Recognises private words by their form or by their context.
#pragma once

#include <span>
#include <string_view>

namespace callgate::diagnose {

// Regular expressions, each with one group for the private word.
std::span<const char* const> name_contexts();  // the names of users and of PPP peers
std::span<const char* const> host_contexts();
std::span<const char* const> password_contexts();
// A line of chap-secrets, with groups for client, server and secret.
extern const char* const kSecretsLine;
// Any word, with a group for each form: 1 MAC, 2 possibly IPv6, 3 IPv4, 4 long hex, 5 other.
extern const char* const kWords;

// Whether the word identifies no one, although it stands where names stand.
bool is_common(std::string_view word);
bool is_domain(std::string_view word);  // host.example.net, but not a file, version or facility
bool is_ip6(std::string_view word);
bool is_plain_ip4(std::string_view word);  // identifies no host
bool is_private_ip4(std::string_view word);
bool is_word_char(char c);  // of group 5 of kWords

}  // namespace callgate::diagnose
