// SPDX-License-Identifier: GPL-2.0-or-later
// What ppp::Link is told, made of the options that pptp has passed on.
#pragma once

#include "common/channel/link_options.hh"
#include "ppp/link.hh"

namespace callgate {

ppp::LinkSettings link_settings(const LinkOptions& options);

// Draws the random numbers of a link. Throws OsError.
ppp::LinkRandom draw_link_random(const LinkOptions& options);

}  // namespace callgate
