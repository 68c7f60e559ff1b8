// SPDX-License-Identifier: GPL-2.0-or-later
// pptp reads files that contain passwords, to learn the options of a tunnel, and then becomes the
// tunnel process, which should have no password in its memory. So this program overwrites each
// object that it frees (forget.cc replaces `operator delete`), and the stack that it has used.
#pragma once

namespace callgate {

// Overwrites the stack below the caller. Objects of functions that have returned were there.
void forget_stack();

}  // namespace callgate
