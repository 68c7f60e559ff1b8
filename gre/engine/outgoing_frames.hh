// SPDX-License-Identifier: GPL-2.0-or-later
// From a read of the network interface to frames that wait in the sender.
#pragma once

#include "gre/engine/data_path.hh"
#include "gre/frame_sender.hh"

namespace callgate {

// Adds a frame for each packet of the read, if they may go to the server.
void add_packets(DataPath& data, std::span<uint8_t> read, FrameSender& sender);

// Encrypts what was added since sender.waiting() was `first`. Only packets were added. They may not
// be sent before.
void seal_packets(DataPath& data, FrameSender& sender, size_t first);

}  // namespace callgate
