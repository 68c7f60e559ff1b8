// SPDX-License-Identifier: GPL-2.0-or-later
// What the steps do. Each examines one thing, ends in time, and stores what it has learned in the
// case. The table in steps.cc has their order, and says what each needs.
#pragma once

#include "callmgr/diagnose/live/step.hh"

namespace callgate::diagnose::live {

Result probe_name(Case&);
Result probe_route(Case&);
Result probe_path_mtu(Case&);
Result probe_tcp(Case&);
Result probe_control(Case&);
Result probe_gre(Case&);
Result probe_sizes(Case&);
Result probe_authentication(Case&);
Result probe_filter(Case&);
Result probe_tunnels(Case&);
Result probe_nat(Case&);
Result probe_helper(Case&);
Result probe_ppp_device(Case&);
Result probe_ppp_async(Case&);
Result probe_mppe(Case&);
Result probe_crypto(Case&);
Result probe_pppd(Case&);
Result probe_peers(Case&);
Result probe_secrets(Case&);

}  // namespace callgate::diagnose::live
