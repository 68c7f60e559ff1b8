// SPDX-License-Identifier: GPL-2.0-or-later
// The texts of a rule may hold placeholders, such as {server}. A probe of the live diagnosis finds
// values for them; if nothing is found, the rule itself says what stands there.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::diagnose {

using Values = std::map<std::string, std::string, std::less<>>;

// The names of the placeholders, in their order. A name is made of a-z and -, so that the braces of
// nftables, which have a blank or a quote inside, stay what they are.
std::vector<std::string_view> placeholders(std::string_view text);

// The text with the value of each placeholder in its place: the one that was found, or the default
// if none was found or it is empty.
std::string fill(std::string_view text, const Values& found, const Values& defaults);

}  // namespace callgate::diagnose
