// SPDX-License-Identifier: GPL-2.0-or-later
// How private words are known: by their form, or by what stands around them.
#pragma once

#include <span>
#include <string_view>

namespace callgate::diagnose {

// Regular expressions, with one group each: the name.
std::span<const char* const> name_contexts();  // of a user, or what a peer calls itself
std::span<const char* const> host_contexts();
std::span<const char* const> password_contexts();
// A line of chap-secrets: groups for client, server, secret.
extern const char* const kSecretsLine;
// Any word, with a group for each form: 1 MAC, 2 perhaps IPv6, 3 IPv4, 4 long hex, 5 other.
extern const char* const kWords;

bool is_common(
    std::string_view word);  // says nothing about anybody, though it stands where names do
bool is_domain(std::string_view word);  // host.example.net, and no file, version or facility
bool is_ip6(std::string_view word);
bool is_plain_ip4(std::string_view word);  // says nothing about anybody
bool is_private_ip4(std::string_view word);
bool is_word_char(char c);  // of group 5

}  // namespace callgate::diagnose
