// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/ipcp.hh"

namespace callgate::ppp {
namespace {

enum Type : uint8_t {
  kAddress = 3,
  kPrimaryDns = 129,
  kPrimaryWins = 130,
  kSecondaryDns = 131,
  kSecondaryWins = 132,
};

}  // namespace

IpcpPolicy::IpcpPolicy(const IpcpSettings& settings)
    : settings_(settings),
      servers_{{{kPrimaryDns, settings.dns},
                {kPrimaryWins, settings.wins},
                {kSecondaryDns, settings.dns},
                {kSecondaryWins, settings.wins}}} {}

Options IpcpPolicy::wanted() const {
  Options options;
  if (address_) options.push_back(option(kAddress, settings_.local));
  for (const NameServer& server : servers_)
    if (server.asked) options.push_back(option(server.type, server.address));
  return options;
}

Judgement IpcpPolicy::judge(const Option& theirs) const {
  if (theirs.type != kAddress) return Refuse{};
  auto address = whole<Ipv4>(theirs);
  if (!address) return Refuse{};
  bool allowed = settings_.accept_remote || settings_.remote == 0 || *address == settings_.remote;
  if (*address != 0 && allowed) return Acceptable{};
  // A server without an address of its own asks us for one. A tun device needs none.
  if (settings_.remote == 0) return Refuse{};
  return Suggest{option(kAddress, settings_.remote)};
}

void IpcpPolicy::accept(const Options& theirs) {
  agreement_.remote = 0;
  for (const Option& option : theirs)
    if (option.type == kAddress) agreement_.remote = *whole<Ipv4>(option);
}

void IpcpPolicy::acknowledged() {
  agreement_.local = settings_.local;
  agreement_.dns = {servers_[0].asked ? servers_[0].address : 0,
                    servers_[2].asked ? servers_[2].address : 0};
  agreement_.wins = {servers_[1].asked ? servers_[1].address : 0,
                     servers_[3].asked ? servers_[3].address : 0};
}

// A suggestion for an option that we have not asked for is ignored, as pppd does.
void IpcpPolicy::suggested(const Option& option) {
  auto address = whole<Ipv4>(option);
  if (!address) return;
  if (option.type == kAddress) {
    if (settings_.accept_local || settings_.local == 0)
      settings_.local = *address;
    else if (*address != settings_.local)
      hopeless_ = "the server does not accept our address, and no other one is allowed here";
    if (settings_.local == 0)
      hopeless_ = "Could not determine local IP address: the server has no address for us";
  }
  for (NameServer& server : servers_)
    if (server.asked && server.type == option.type) server.address = *address;
}

void IpcpPolicy::rejected(const Option& option) {
  if (option.type == kAddress) {
    address_ = false;
    if (settings_.local == 0)
      hopeless_ = "Could not determine local IP address: the server has no address for us";
  }
  for (NameServer& server : servers_)
    if (server.type == option.type) server.asked = false;
}

}  // namespace callgate::ppp
