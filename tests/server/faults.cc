// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/server/faults.hh"

#include <charconv>
#include <utility>

namespace callgate::ppp::test {
namespace {

bool number(std::string_view text, unsigned& to) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc() && end == text.data() + text.size() && to > 0;
}

std::optional<Protocol> protocol(std::string_view name) {
  for (auto [known, number] : {std::pair{"lcp", Protocol::lcp},
                               {"pap", Protocol::pap},
                               {"chap", Protocol::chap},
                               {"ccp", Protocol::ccp},
                               {"ipcp", Protocol::ipcp},
                               {"ipv6cp", Protocol::ipv6cp}})
    if (name == known) return number;
  return std::nullopt;
}

template <bool Faults::*Fault>
bool flag(Faults& faults, std::string_view) {
  return faults.*Fault = true;
}

template <unsigned Faults::*Fault>
bool every(Faults& faults, std::string_view value) {
  return number(value, faults.*Fault);
}

template <std::vector<Faults::Nth> Faults::*Fault>
bool nth(Faults& faults, std::string_view value) {
  size_t colon = value.find(':');
  auto of = protocol(value.substr(0, colon));
  Faults::Nth made;
  if (!of || colon == value.npos || !number(value.substr(colon + 1), made.number)) return false;
  made.protocol = *of;
  (faults.*Fault).push_back(made);
  return true;
}

bool failure(Faults& faults, std::string_view value) {
  faults.failure = value;
  return true;
}

constexpr FaultRow kTable[] = {
    {"lose-sent", "PROTOCOL:N", "lose the N-th packet to each client", nth<&Faults::lose_sent>},
    {"lose-received", "PROTOCOL:N", "lose the N-th packet from each client",
     nth<&Faults::lose_received>},
    {"repeat-challenge", "", "send each Challenge twice", flag<&Faults::repeat_challenge>},
    {"failure", "TEXT", "refuse every password with this text", failure},
    {"wrong-proof", "", "prove a wrong password in MS-CHAPv2", flag<&Faults::wrong_proof>},
    {"insists", "", "ask for --auth again and again", flag<&Faults::insists>},
    {"mixed-state", "", "send stateless MPPE and receive stateful MPPE, as Windows 9x does",
     flag<&Faults::mixed_state>},
    {"nak-mru", "", "suggest another MRU without end", flag<&Faults::nak_mru>},
    {"nak-address", "", "suggest another address without end", flag<&Faults::nak_address>},
    {"nak-unasked", "", "suggest name servers that nobody asked for", flag<&Faults::nak_unasked>},
    {"no-address", "", "have no address for a client", flag<&Faults::no_address>},
    {"public-address", "", "use the address of the call inside the tunnel too",
     flag<&Faults::public_address>},
    {"unknown-options", "", "ask for LCP's multilink, callback and quality options",
     flag<&Faults::unknown_options>},
    {"silent-to-echo", "", "answer no Echo-Request of LCP", flag<&Faults::silent_to_echo>},
    {"windows-reason", "", "terminate with the bytes that Windows sends",
     flag<&Faults::windows_reason>},
    {"clear-text", "", "do not encrypt, although CCP has agreed on MPPE",
     flag<&Faults::clear_text>},
    {"early-data", "", "send a datagram before the network protocols are open",
     flag<&Faults::early_data>},
    {"lose-data", "N", "lose every N-th datagram to a client", every<&Faults::lose_data>},
    {"delay-data", "N", "send every N-th datagram after the one that follows it",
     every<&Faults::delay_data>},
};

}  // namespace

std::span<const FaultRow> fault_table() {
  return kTable;
}

bool set_fault(Faults& faults, std::string_view text) {
  size_t equals = text.find('=');
  for (const FaultRow& row : kTable) {
    if (row.name != text.substr(0, equals)) continue;
    if (row.value.empty() != (equals == text.npos)) return false;
    return row.set(faults, row.value.empty() ? "" : text.substr(equals + 1));
  }
  return false;
}

}  // namespace callgate::ppp::test
