// SPDX-License-Identifier: GPL-2.0-or-later
// Which addresses are not routed on the Internet.
#pragma once

#include "common/wire/ip_address.hh"

namespace callgate::diagnose::live {

bool is_private(const IpAddress& address);

}  // namespace callgate::diagnose::live
