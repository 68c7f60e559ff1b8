// SPDX-License-Identifier: GPL-2.0-or-later
// /etc/ppp/chap-secrets: is there a line for this tunnel, and would pppd take it? The third field
// is looked at only to see that it is whole; nothing made from it leaves this file.
#pragma once

#include "callmgr/diagnose/live/files/peers_file.hh"

namespace callgate::diagnose::live {

struct SecretsCheck {
  unsigned line = 0;  // that pppd would use; 0 = none
  Complaints complaints;
};

// `others_may_read`: its mode says so. Who is meant: pppd's options name (or user) and remotename.
SecretsCheck check_secrets(const std::string& path, std::string_view text, bool others_may_read,
                           const std::string& name, const std::string& remote_name);

}  // namespace callgate::diagnose::live
