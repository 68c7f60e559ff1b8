// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/facts.hh"

#include <algorithm>
#include <array>

namespace callgate::diagnose {
namespace {

using namespace std::string_view_literals;

constexpr std::array kProtocols{"lcp"sv, "pap"sv,  "chap"sv,   "eap"sv,  "ccp"sv,
                                "ecp"sv, "ipcp"sv, "ipv6cp"sv, "cbcp"sv, "proto"sv};
constexpr std::array kCodes{"confreq"sv, "confack"sv,   "confnak"sv,  "confrej"sv, "termreq"sv,
                            "termack"sv, "coderej"sv,   "protrej"sv,  "echoreq"sv, "echorep"sv,
                            "discreq"sv, "ident"sv,     "timerem"sv,  "authreq"sv, "authack"sv,
                            "authnak"sv, "challenge"sv, "response"sv, "success"sv, "failure"sv,
                            "request"sv, "resetreq"sv,  "resetack"sv};
constexpr std::array kDerived{
    "stage"sv,         "echo.unanswered"sv,  "chap.error"sv, "ras.error"sv,
    "ppp.sent"sv,      "ppp.received"sv,     "ended"sv,      "ended.by-us"sv,
    "ended.by-peer"sv, "remote-is-server"sv, "at-server"sv};

std::string_view cut(std::string_view& name, char at) {
  auto end = name.find(at);
  auto piece = name.substr(0, end);
  name.remove_prefix(end == name.npos ? name.size() : end + 1);
  return piece;
}

bool is_one_of(std::string_view word, const auto& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// lcp.sent, lcp.confreq.sent, ccp.confrej.sent.mppe; proto.received.0x7eff
bool is_packet_fact(std::string_view name) {
  if (!is_one_of(cut(name, '.'), kProtocols)) return false;
  auto word = cut(name, '.');
  if (is_one_of(word, kCodes)) word = cut(name, '.');
  return (word == "sent" || word == "received") && name.find('.') == name.npos;
}

}  // namespace

size_t FactNames::intern(std::string_view name) {
  auto [at, fresh] = indices_.try_emplace(std::string(name), names_.size());
  if (!fresh) return at->second;
  names_.emplace_back(name);
  for (size_t dot = 0; (dot = name.find('.', dot)) != name.npos; dot++)
    beginnings_.emplace(name.substr(0, dot));
  return at->second;
}

int64_t FactNames::find(std::string_view name) const {
  auto at = indices_.find(name);
  return at == indices_.end() ? -1 : static_cast<int64_t>(at->second);
}

void Facts::change(std::string_view name, int64_t value, bool sum) {
  auto index = names_->find(name);
  if (index < 0) return;
  auto& fact = facts_[static_cast<size_t>(index)];
  fact.value = sum ? fact.value + value : value;
  (fact.first.number ? fact.last : fact.first).assign(number_, text_);
}

bool is_fact_name(std::string_view name) {
  if (is_one_of(name, kDerived)) return true;
  auto after = name.find(".after.");
  if (after == name.npos) return is_packet_fact(name);
  return is_packet_fact(name.substr(0, after)) && is_packet_fact(name.substr(after + 7));
}

}  // namespace callgate::diagnose
