// SPDX-License-Identifier: GPL-2.0-or-later
// The words that the engine ignores, because they change nothing without a terminal or for a
// client, and the words that it refuses, because the tunnel would not be what they ask for.
#include "common/pppd/engine_word.hh"

namespace callgate {
namespace {

constexpr auto kIgnored = EngineWord::Fate::ignored;
constexpr auto kRefused = EngineWord::Fate::refused;

constexpr const char* kTerminal = "there is no terminal and no modem";
constexpr const char* kCompression = "the engine compresses nothing";
constexpr const char* kServer = "it is for servers";
constexpr const char* kNoEap = "the engine does not use EAP";
constexpr const char* kNoV1 = "the engine does not use MS-CHAP version 1";
constexpr const char* kNoMultilink = "it has no effect without multilink";
constexpr const char* kNoIpx = "there is no IPX";
constexpr const char* kKernelPlugin =
    "it is for a plugin that dials in the kernel; write a line pty \"pptp SERVER --nolaunchpppd\"";

}  // namespace

std::vector<EngineWord> ignored_words() {
  return {
      {"lock nolock crtscts -crtscts nocrtscts cdtrcts nocdtrcts xonxoff modem local sync "
       "receive-all default-asyncmap -am",
       "", kTerminal, kIgnored},
      {"asyncmap -as escape stop-bits datarate connect-delay", "VALUE", kTerminal, kIgnored},
      {"novj -vj novjccomp -vjccomp nobsdcomp -bsdcomp nodeflate -deflate nodeflatedraft "
       "predictor1 nopredictor1 -predictor1 noecp -ecp",
       "", kCompression, kIgnored},
      {"vj-max-slots bsdcomp deflate", "VALUE", kCompression, kIgnored},
      {"login enable-session papcrypt proxyarp noproxyarp -proxyarp chapms-strip-domain", "",
       kServer, kIgnored},
      {"privgroup allow-ip allow-number remotenumber ms-dns ms-wins netmask chap-restart "
       "chap-max-challenge chap-interval pap-timeout",
       "VALUE", kServer, kIgnored},
      {"chap-timeout", "SECONDS", "lcp-restart and lcp-max-configure are for CHAP too", kIgnored},
      {"child-timeout", "SECONDS", "always 5 seconds", kIgnored},
      {"refuse-eap srp-use-pseudonym", "", kNoEap, kIgnored},
      {"eap-restart eap-max-sreq eap-timeout eap-max-rreq eap-interval srp-interval srp-pn-secret",
       "VALUE", kNoEap, kIgnored},
      {"refuse-mschap -mschap ms-lanman", "", kNoV1, kIgnored},
      {"nomultilink nomp mpshortseq nompshortseq noendpoint master_detach", "", kNoMultilink,
       kIgnored},
      {"mrru bundle endpoint", "VALUE", kNoMultilink, kIgnored},
      {"mo-direction mo-timeout", "VALUE", "it has no effect without maxoctets", kIgnored},
      {"noipx -ipx ipxcp-accept-network ipxcp-accept-local ipxcp-accept-remote", "", kNoIpx,
       kIgnored},
      {"ipx-network ipx-node ipx-routing ipx-router-name ipxcp-restart ipxcp-max-terminate "
       "ipxcp-max-configure ipxcp-max-failure",
       "VALUE", kNoIpx, kIgnored},
      {"lcp-echo-adaptive", "",
       "always so: an Echo-Request without an answer does not count while packets come", kIgnored},
      {"passive -p silent", "", "the engine begins to negotiate, and never stops to listen",
       kIgnored},
      {"ktune noktune", "", "the engine changes no setting of the kernel", kIgnored},
      {"kdebug", "LEVEL", "the kernel has no part in it", kIgnored},
      {"hide-password show-password", "", "the log never has the password", kIgnored},
      {"ipcp-no-addresses", "", "always so", kIgnored},
      {"ipv6cp-accept-local ipv6cp-accept-remote ipv6cp-noremote", "", "always so", kIgnored},
      {"ipv6cp-use-ipaddr ipv6cp-use-persistent ipv6cp-use-remotenumber ipv6cp-nosend", "",
       "the interface identifier is random, unless ipv6 gives one", kIgnored},
      {"lcp-rtt-file", "FILE", "pptpctl stats shows the round-trip time", kIgnored},
  };
}

std::vector<EngineWord> refused_words() {
  return {
      {"plugin", "FILE", "a plugin is a part of pppd", kRefused},
      {"pptp_server pptp_client pptp_sock pptp_phone pptp_window pptp_timeout", "VALUE",
       kKernelPlugin, kRefused},
      {"connect disconnect init welcome", "COMMAND", "the command needs a terminal", kRefused},
      {"notty", "", "pptp makes the call itself", kRefused},
      {"socket", "HOST:PORT", "pptp makes the call itself", kRefused},
      {"record", "FILE", "pptpctl capture records the packets of a call", kRefused},
      {"multilink mp", "", "the engine has one link only", kRefused},
      {"active-filter pass-filter", "EXPRESSION", "use the firewall of this host", kRefused},
      {"maxoctets mo", "BYTES", "the engine has no limit of traffic", kRefused},
      {"callback", "NUMBER", "the engine has no callback", kRefused},
      {"+ua", "FILE", "write the name after user, and the password into /etc/ppp/pap-secrets",
       kRefused},
      {"ca capath cert key crl-dir crl max-tls-version pkcs12 tls-verify-method", "VALUE",
       "the engine does not use EAP-TLS", kRefused},
      {"need-peer-eap tls-verify-key-usage", "", "the engine does not use EAP-TLS", kRefused},
      {"mschap-challenge mschap2-peer-challenge", "VALUE", "it is for tests of pppd", kRefused},
      {"ipx +ipx", "", kNoIpx, kRefused},
      {"ipcp-no-address nosendip", "", "the engine always tells the server its address", kRefused},
      {"net-init-script net-pre-up-script net-down-script", "FILE",
       "the engine does not run this script", kRefused},
      {"--version --help -h -v", "", "give it to pppd itself", kRefused},
  };
}

}  // namespace callgate
