// SPDX-License-Identifier: GPL-2.0-or-later
// /etc/ppp/chap-secrets: is there a line for this tunnel, and would pppd use it? The third field is
// only checked for mistakes of quoting. Neither the secret nor a part of it leaves this file.
#pragma once

#include "callmgr/diagnose/live/files/peers_complaints.hh"

namespace callgate::diagnose::live {

struct SecretsCheck {
  unsigned line = 0;  // the line that pppd would use; 0 = none
  Complaints complaints;
};

// `others_may_read`: by the mode of the file. `name` and `remote_name` are the values of pppd's
// options user (or name) and remotename.
SecretsCheck check_secrets(const std::string& path, std::string_view text, bool others_may_read,
                           const std::string& name, const std::string& remote_name);

}  // namespace callgate::diagnose::live
