// SPDX-License-Identifier: GPL-2.0-or-later
// The table of pppd's words: it has each word of pppd 2.4.9 and 2.5.2, and each of them once.
#include "common/pppd/engine_word.hh"

#include <set>
#include <sstream>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

constexpr const char* kWordsOfPppd =
    "+chap +ipv6 +ipx +mppe +mppe-128 +mppe-40 +mschap +mschap-v2 +pap +ua --help --version -ac "
    "-all -am -as -bsdcomp -ccp -chap -crtscts -d -defaultroute -defaultroute6 -deflate -detach "
    "-ecp -h -ip -ipv6 -ipx -mn -mppe -mppe-128 -mppe-40 -mru -mschap -mschap-v2 -p -pap -pc "
    "-predictor1 -proxyarp -v -vj -vjccomp active-filter allow-ip allow-number asyncmap auth "
    "bsdcomp bundle ca call callback capath cdtrcts cert chap-interval chap-max-challenge "
    "chap-restart chap-secrets chap-timeout chapms-strip-domain child-timeout connect "
    "connect-delay crl crl-dir crtscts datarate debug default-asyncmap default-mru defaultroute "
    "defaultroute-metric defaultroute6 deflate demand disconnect domain dryrun dump "
    "eap-interval eap-max-rreq eap-max-sreq eap-restart eap-timeout enable-session endpoint "
    "escape file hide-password holdoff idle ifname init ip-down-script ip-pre-up-script "
    "ip-up-script ipcp-accept-local ipcp-accept-remote ipcp-max-configure ipcp-max-failure "
    "ipcp-max-terminate ipcp-no-address ipcp-no-addresses ipcp-restart ipparam ipv6 "
    "ipv6-down-script ipv6-up-script ipv6cp-accept-local ipv6cp-accept-remote "
    "ipv6cp-max-configure ipv6cp-max-failure ipv6cp-max-terminate ipv6cp-noremote ipv6cp-nosend "
    "ipv6cp-restart ipv6cp-use-ipaddr ipv6cp-use-persistent ipv6cp-use-remotenumber ipx "
    "ipx-network ipx-node ipx-router-name ipx-routing ipxcp-accept-local ipxcp-accept-network "
    "ipxcp-accept-remote ipxcp-max-configure ipxcp-max-failure ipxcp-max-terminate "
    "ipxcp-restart kdebug key ktune lcp-echo-adaptive lcp-echo-failure lcp-echo-interval "
    "lcp-max-configure lcp-max-failure lcp-max-terminate lcp-restart lcp-rtt-file linkname "
    "local lock logfd logfile login master_detach max-tls-version maxconnect maxfail maxoctets "
    "mo mo-direction mo-timeout modem mp mppe-stateful mpshortseq mrru mru ms-dns ms-lanman "
    "ms-wins mschap-challenge mschap2-peer-challenge mtu multilink name need-peer-eap "
    "net-down-script net-init-script net-pre-up-script netmask noaccomp noauth nobsdcomp noccp "
    "nocdtrcts nocrtscts nodefaultroute nodefaultroute6 nodeflate nodeflatedraft nodetach noecp "
    "noendpoint noip noipdefault noipv6 noipx noktune nolock nolog nologfd nomagic nomp nomppe "
    "nomppe-128 nomppe-40 nomppe-stateful nompshortseq nomultilink nopcomp nopersist "
    "nopredictor1 noproxyarp noremoteip noreplacedefaultroute noresolvconf nosendip notty novj "
    "novjccomp pap-max-authreq pap-restart pap-secrets pap-timeout papcrypt pass-filter passive "
    "password persist pkcs12 plugin predictor1 privgroup proxyarp pty receive-all record "
    "refuse-chap refuse-eap refuse-mschap refuse-mschap-v2 refuse-pap remotename remotenumber "
    "replacedefaultroute require-chap require-eap require-mppe require-mppe-128 require-mppe-40 "
    "require-mschap require-mschap-v2 require-pap set show-options show-password silent socket "
    "srp-interval srp-pn-secret srp-use-pseudonym stop-bits sync tls-verify-key-usage "
    "tls-verify-method unit unset up_sdnotify updetach usehostname usepeerdns usepeerwins user "
    "vj-max-slots welcome xonxoff ";

}  // namespace

TEST_CASE("the table has every word of pppd, and the words of its plugins for PPTP") {
  std::istringstream words(std::string(kWordsOfPppd) + "pptp_server pptp_client pptp_phone mppe");
  for (std::string word; words >> word;) {
    CAPTURE(word);
    CHECK(find_engine_word(word));
  }
  for (auto word : {"", " ", "no such word", "plugins", "lock nolock"})
    CHECK(!find_engine_word(word));
}

TEST_CASE("no word is twice in the table, and each row has a text and a way to be honoured") {
  std::set<std::string> seen;
  for (const auto& word : engine_words()) {
    std::istringstream names(word.names);
    for (std::string name; names >> name;) {
      CAPTURE(name);
      CHECK(seen.insert(name).second);
      CHECK(find_engine_word(name) == &word);
      CHECK(takes_value(name, "required") == (*word.value != 0));
      CHECK(*word.text);
      CHECK((word.set != nullptr) == (word.fate == EngineWord::Fate::honoured));
    }
  }
}

TEST_CASE("numbers are read as pppd reads them") {
  auto read = [](std::string_view text) {
    int64_t number = -99;
    size_t length = pppd_number(text, number);
    return std::pair(length, number);
  };
  using Number = std::pair<size_t, int64_t>;
  CHECK(read("1400") == Number{4, 1400});
  CHECK(read("0x578") == Number{5, 1400});
  CHECK(read("02570") == Number{5, 1400});
  CHECK(read("0") == Number{1, 0});
  CHECK(read("-1") == Number{2, -1});
  CHECK(read("30s") == Number{2, 30});
  for (auto text : {"", "x", "0x", "-", "99999999999"}) CHECK(read(text).first == 0);
}

TEST_CASE("mppe takes a value only if it is OpenWrt's list") {
  CHECK(takes_value("mppe", "required,no40"));
  CHECK(takes_value("mppe", "stateless"));
  CHECK_FALSE(takes_value("mppe", "noauth"));
  CHECK_FALSE(takes_value("mppe", ""));
}
