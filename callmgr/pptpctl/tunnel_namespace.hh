// SPDX-License-Identifier: GPL-2.0-or-later
// What a command of pptpctl exec sees: network, name servers, user. scripts/pptp-namespace connects
// its network namespace with the tunnel.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace callgate {

struct NamespaceUser {
  std::string name;  // empty = root, as before
  std::string home;
  uid_t uid = 0;
  gid_t gid = 0;
};

// "" is root. Throws Refused if there is no such user.
NamespaceUser find_user(const std::string& name);

// `given`, addresses with commas; or those of pptpsetup --dns; or those that the server has named.
// Empty if there are none.
std::vector<std::string> name_servers_of(const std::string& tunnel, const std::string& given);

// These change this process, and throw OsError.
void create_namespaces();
// Lets names be looked up by these servers alone, and not by a program of this host, which would
// ask outside of the tunnel.
void hide_resolvers(const std::vector<std::string>& name_servers);
// Gives up the capabilities with which root could leave the namespace.
void enter_user(const NamespaceUser& user);

}  // namespace callgate
