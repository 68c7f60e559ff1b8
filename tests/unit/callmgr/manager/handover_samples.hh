// SPDX-License-Identifier: GPL-2.0-or-later
// Something of everything that a call manager leaves to the next one.
#pragma once

#include "callmgr/manager/handover_image.hh"

namespace callgate::test {

handover::Records handover_samples();

}  // namespace callgate::test
