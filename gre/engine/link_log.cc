// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/link_log.hh"

#include "common/system/log.hh"
#include "gre/engine/address_text.hh"

namespace callgate {
namespace {

using ppp::EndKind;
using ppp::Protocol;

const char* protocol_name(Protocol protocol) {
  switch (protocol) {
    case Protocol::lcp: return "LCP";
    case Protocol::ccp: return "CCP";
    case Protocol::ipcp: return "IPCP";
    case Protocol::ipv6cp: return "IPV6CP";
    default: return nullptr;
  }
}

}  // namespace

void say_authenticated(const ppp::LinkAuthenticated& authenticated) {
  if (authenticated.kind == ppp::Authentication::none) return;
  bool pap = authenticated.kind == ppp::Authentication::pap;
  auto message = printable(authenticated.message);
  log::notice("{} authentication succeeded{}{}", pap ? "PAP" : "CHAP", message.empty() ? "" : ": ",
              message);
}

std::string name(const ppp::MppeKind& kind) {
  const char* bits = kind.length == ppp::KeyLength::bits_128  ? "128"
                     : kind.length == ppp::KeyLength::bits_56 ? "56"
                                                              : "40";
  return fmt::format("MPPE {}-bit {}", bits, kind.stateless ? "stateless" : "stateful");
}

void say_encryption(const ppp::Encryption& encryption) {
  const auto& [send, receive, keys] = encryption;
  if (send && receive && *send == *receive)
    log::notice("{} compression enabled", name(*send));
  else if (send && receive)
    log::notice("{} / {} compression enabled", name(*receive), name(*send));
  else if (receive)
    log::notice("{} receive compression enabled", name(*receive));
  else if (send)
    log::notice("{} transmit compression enabled", name(*send));
}

void say_up(const ppp::IpcpAgreement& agreement) {
  log::notice("local  IP address {}", address_text(agreement.local));
  if (agreement.remote) log::notice("remote IP address {}", address_text(agreement.remote));
  if (agreement.dns[0]) log::notice("primary   DNS address {}", address_text(agreement.dns[0]));
  if (agreement.dns[1]) log::notice("secondary DNS address {}", address_text(agreement.dns[1]));
}

void say_up(const ppp::Ipv6cpAgreement& agreement) {
  log::notice("local  LL address {}", link_local_text(agreement.local));
  log::notice("remote LL address {}", link_local_text(agreement.remote));
}

std::optional<std::string> termination_in(const ppp::Frame& frame) {
  const char* protocol = protocol_name(frame.protocol);
  if (!protocol) return std::nullopt;
  auto packet = ppp::parse_control_packet(frame.payload);
  if (!packet || packet->code != ppp::Code::terminate_request) return std::nullopt;
  auto text = quoted_text(packet->data);
  return fmt::format("{} terminated by peer{}", protocol,
                     text.empty() ? "" : fmt::format(" ({})", text));
}

void say_ended(const ppp::LinkEnded& ended, unsigned echo_failure) {
  switch (ended.kind) {
    case EndKind::peer_dead:
      log::notice("No response to {} echo-requests", echo_failure);
      log::notice("Serial link appears to be disconnected.");
      return;
    case EndKind::looped: log::notice("Serial line is looped back."); return;
    case EndKind::not_authenticated:
    case EndKind::server_not_trusted:
    case EndKind::no_encryption: log::error("{}", ended.reason); return;
    case EndKind::no_agreement: log::warning("{}", ended.reason); return;
    case EndKind::closed:
    case EndKind::peer_closed: return;
  }
}

void say_mtu(const std::string& server, uint16_t mtu, bool measured) {
  if (measured)
    log::notice("MTU {}, measured on the path to {}", mtu, server);
  else
    log::warning(
        "the MTU is not measured, because {} does not answer large LCP Echo-Requests: it stays {}",
        server, mtu);
}

void say_new_mtu(const std::string& server, uint16_t before, uint16_t mtu) {
  log::warning("MTU {} instead of {}: the path to {} has become {}", mtu, before, server,
               mtu < before ? "narrower" : "wider");
}

}  // namespace callgate
