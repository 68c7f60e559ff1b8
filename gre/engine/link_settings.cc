// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/link_settings.hh"

#include <sys/random.h>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

ppp::LcpSettings lcp(const LinkOptions& o) {
  ppp::LcpSettings lcp{.mru = o.mru,
                       .address_and_control_compression = o.address_and_control_compression,
                       .protocol_compression = o.protocol_compression,
                       .magic = o.magic,
                       .authentications = {}};
  if (o.ms_chap_v2) lcp.authentications.push_back(ppp::Authentication::ms_chap_v2);
  if (o.chap_md5) lcp.authentications.push_back(ppp::Authentication::chap_md5);
  if (o.pap) lcp.authentications.push_back(ppp::Authentication::pap);
  return lcp;
}

ppp::CcpSettings ccp(const LinkOptions& o) {
  ppp::CcpSettings ccp{.lengths = {}, .stateful = o.mppe_stateful, .required = o.mppe_required};
  if (o.mppe_128) ccp.lengths.push_back(ppp::KeyLength::bits_128);
  if (o.mppe_56) ccp.lengths.push_back(ppp::KeyLength::bits_56);
  if (o.mppe_40) ccp.lengths.push_back(ppp::KeyLength::bits_40);
  return ccp;
}

ppp::Timing timing(const LinkTimers& timers) {
  return {.restart = std::chrono::seconds(timers.restart),
          .max_configure = timers.max_configure,
          .max_terminate = timers.max_terminate,
          .max_failure = timers.max_failure};
}

template <typename T>
T draw() {
  T number = 0;
  while (number == 0) check(getrandom(&number, sizeof number, 0), "draw a random number");
  return number;
}

}  // namespace

ppp::LinkSettings link_settings(const LinkOptions& o) {
  return {.lcp = lcp(o),
          .ccp = ccp(o),
          .ipcp = {.local = o.local,
                   .remote = o.remote,
                   .accept_local = o.accept_local,
                   .accept_remote = o.accept_remote,
                   .dns = o.dns,
                   .wins = o.wins},
          .ipv4 = o.ipv4,
          .ipv6 = o.ipv6,
          .name = o.name,
          .echo_interval = std::chrono::seconds(o.echo_interval),
          .echo_failure = o.echo_failure,
          .timing = timing({o.restart, o.max_configure, o.max_terminate, o.max_failure}),
          .ipcp_timing = timing(o.ipcp_timers),
          .ipv6cp_timing = timing(o.ipv6cp_timers),
          .pap_timing = timing(o.pap_timers)};
}

ppp::LinkRandom draw_link_random(const LinkOptions& options) {
  auto id = options.local_interface ? options.local_interface : draw<ppp::InterfaceId>();
  return {.magic = draw<uint32_t>(), .interface_id = id};
}

}  // namespace callgate
