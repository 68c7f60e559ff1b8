// SPDX-License-Identifier: GPL-2.0-or-later
// The words about the PPP link: authentication, LCP, PAP, CCP. Defaults are pppd's.
#include <algorithm>

#include "common/pppd/set_field.hh"

namespace callgate {
namespace {

using State = EngineState;
using Text = const std::string&;
using Link = LinkOptions;

constexpr size_t kName = 255;        // pppd's MAXNAMELEN, without the 0 at its end
constexpr int64_t kMostMru = 16384;  // bytes

// The word asks the server to authenticate itself to us. A later `noauth` takes it back.
EngineWord::Set demands_proof(const char* word) {
  return [word](State& state, Text) {
    state.demands_proof = word;
    return std::string();
  };
}

EngineWord::Set mppe(bool on_40, bool on_128) {
  return [=](State& state, Text) {
    state.tunnel.link.mppe_40 |= on_40;
    state.tunnel.link.mppe_128 |= on_128;
    return std::string();
  };
}

std::string no_mppe(State& state, Text) {
  auto& link = state.tunnel.link;
  link.mppe_40 = link.mppe_56 = link.mppe_128 = false;
  return "";
}

// Words of OpenWrt's pppd, which alone knows 56 bits: required,stateless,no40,no56,no128.
std::string mppe_list(State& state, Text value) {
  auto& link = state.tunnel.link;
  link.mppe_40 = link.mppe_56 = link.mppe_128 = link.mppe_stateful = true;
  for (size_t begin = 0; begin <= value.size();) {
    auto end = std::min(value.find(',', begin), value.size());
    auto word = value.substr(begin, end - begin);
    begin = end + 1;
    if (word == "no40")
      link.mppe_40 = false;
    else if (word == "no56")
      link.mppe_56 = false;
    else if (word == "no128")
      link.mppe_128 = false;
    else if (word == "stateless")
      link.mppe_stateful = false;
    else if (word != "required")
      return "takes a list of required, stateless, no40, no56 and no128";
  }
  return "";
}

std::string all_off(State& state, Text) {
  auto& link = state.tunnel.link;
  link.address_and_control_compression = link.protocol_compression = link.magic = false;
  link.mru = Link().mru;
  return "";
}

std::string default_mru(State& state, Text) {
  state.tunnel.link.mru = Link().mru;
  return "";
}

std::string user(State& state, Text value) {
  state.user_given = true;
  return set_text(&State::user, 0, kName)(state, value);
}

std::vector<EngineWord> authentication_words() {
  return {
      {"user", "NAME", "authenticate to the server as NAME", {}, user},
      {"name", "NAME", "the same, unless user is given", {}, set_text(&State::name, 0, kName)},
      {"usehostname",
       "",
       "authenticate with the name of this host, unless user is given",
       {},
       set_flag(&State::use_host_name, true)},
      {"domain", "NAME", "add NAME to the name of this host", {}, set_text(&State::domain, 0, 128)},
      {"remotename",
       "NAME",
       "look for the secret of the server NAME",
       {},
       set_text(&TunnelOptions::remotename, 0, kName)},
      {"password",
       "PASSWORD",
       "use PASSWORD, and no file of secrets",
       {},
       set_text(&State::password, 0, 255)},
      {"chap-secrets",
       "FILE",
       "read FILE instead of /etc/ppp/chap-secrets",
       {},
       set_text(&State::chap_secrets, 1)},
      {"pap-secrets",
       "FILE",
       "read FILE instead of /etc/ppp/pap-secrets",
       {},
       set_text(&State::pap_secrets, 1)},
      {"refuse-pap -pap",
       "",
       "do not send the password unencrypted",
       {},
       set_flag(&Link::pap, false)},
      {"refuse-chap -chap",
       "",
       "do not authenticate with CHAP and MD5",
       {},
       set_flag(&Link::chap_md5, false)},
      {"refuse-mschap-v2 -mschap-v2",
       "",
       "do not authenticate with MS-CHAPv2",
       {},
       set_flag(&Link::ms_chap_v2, false)},
      {"noauth",
       "",
       "do not ask the server to authenticate itself",
       {},
       set_flag(&State::demands_proof, std::string())},
      {"auth", "", "possible only if noauth comes later", {}, demands_proof("auth")},
      {"require-pap +pap",
       "",
       "possible only if noauth comes later",
       {},
       demands_proof("require-pap")},
      {"require-chap +chap",
       "",
       "possible only if noauth comes later",
       {},
       demands_proof("require-chap")},
      {"require-mschap +mschap",
       "",
       "possible only if noauth comes later",
       {},
       demands_proof("require-mschap")},
      {"require-mschap-v2 +mschap-v2",
       "",
       "possible only if noauth comes later",
       {},
       demands_proof("require-mschap-v2")},
      {"require-eap", "", "possible only if noauth comes later", {}, demands_proof("require-eap")},
  };
}

std::vector<EngineWord> lcp_words() {
  return {
      {"mru",
       "BYTES",
       "ask the server for packets of at most this size",
       {},
       set_number(&Link::mru, kLeastMru, kMostMru)},
      {"default-mru -mru", "", "the same as mru 1500", {}, default_mru},
      {"mtu", "BYTES", "send no larger packets", {}, set_number(&Link::mtu, kLeastMru, kMostMru)},
      {"noaccomp -ac",
       "",
       "keep address and control fields",
       {},
       set_flag(&Link::address_and_control_compression, false)},
      {"nopcomp -pc",
       "",
       "keep the long protocol field",
       {},
       set_flag(&Link::protocol_compression, false)},
      {"nomagic -mn",
       "",
       "do not look for a link that is looped back",
       {},
       set_flag(&Link::magic, false)},
      {"-all", "", "the same as noaccomp, nopcomp, nomagic and default-mru", {}, all_off},
      {"lcp-echo-interval",
       "SECONDS",
       "send an Echo-Request this often",
       {},
       set_number(&Link::echo_interval)},
      {"lcp-echo-failure",
       "COUNT",
       "end the link after this many requests without an answer",
       {},
       set_number(&Link::echo_failure)},
      {"lcp-restart",
       "SECONDS",
       "repeat a request after this time",
       {},
       set_number(&Link::restart, 1, kMostSeconds)},
      {"lcp-max-configure",
       "COUNT",
       "send a Configure-Request at most this often",
       {},
       set_number(&Link::max_configure, 1)},
      {"lcp-max-terminate",
       "COUNT",
       "send a Terminate-Request at most this often",
       {},
       set_number(&Link::max_terminate, 1)},
      {"lcp-max-failure",
       "COUNT",
       "send a Configure-Nak at most this often",
       {},
       set_number(&Link::max_failure, 1)},
      {"pap-restart",
       "SECONDS",
       "repeat PAP's request after this time",
       {},
       set_timer(&Link::pap_timers, &LinkTimers::restart)},
      {"pap-max-authreq",
       "COUNT",
       "send PAP's request at most this often",
       {},
       set_timer(&Link::pap_timers, &LinkTimers::max_configure)},
      {"debug -d", "", "log every control packet", {}, set_flag(&Link::debug, true)},
  };
}

std::vector<EngineWord> encryption_words() {
  return {
      {"require-mppe +mppe", "", "require MPPE with 40 or 128 bits", {}, mppe(true, true)},
      {"require-mppe-40 +mppe-40", "", "require MPPE, and allow 40 bits", {}, mppe(true, false)},
      {"require-mppe-128 +mppe-128", "", "require MPPE, and allow 128 bits", {}, mppe(false, true)},
      {"nomppe -mppe", "", "do not encrypt", {}, no_mppe},
      {"nomppe-40 -mppe-40",
       "",
       "do not use MPPE with 40 bits",
       {},
       set_flag(&Link::mppe_40, false)},
      {"nomppe-128 -mppe-128",
       "",
       "do not use MPPE with 128 bits",
       {},
       set_flag(&Link::mppe_128, false)},
      {"mppe-stateful",
       "",
       "also allow the stateful mode of MPPE",
       {},
       set_flag(&Link::mppe_stateful, true)},
      {"nomppe-stateful",
       "",
       "allow only the stateless mode",
       {},
       set_flag(&Link::mppe_stateful, false)},
      {"mppe",
       "LIST",
       "OpenWrt's word: require MPPE; LIST has required, stateless, no40, no56 and no128",
       {},
       mppe_list},
      {"noccp -ccp", "", "do not negotiate CCP, and so no MPPE", {}, set_flag(&State::ccp, false)},
  };
}

}  // namespace

std::vector<EngineWord> link_words() {
  std::vector<EngineWord> all;
  for (auto part : {authentication_words, lcp_words, encryption_words})
    for (auto& word : part()) all.push_back(std::move(word));
  return all;
}

}  // namespace callgate
