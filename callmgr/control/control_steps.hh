// SPDX-License-Identifier: GPL-2.0-or-later
// What a control connection decides: the steps that control_link.cc carries out.
#pragma once

#include <variant>
#include <vector>

#include "common/channel/reason.hh"
#include "common/wire/control_message.hh"

namespace callgate {

// The steps, which have to be taken in their order.
struct Send {
  ControlMessage message;
};
struct Heard {  // for the log and captures only
  ControlMessage message;
  Bytes raw;  // as it came
};
struct Skipped {  // for the log and captures only: a message of a type that nobody knows
  uint16_t type = 0;
  Bytes raw;
};
struct Garbled {  // for captures only: the server sent this in place of a message
  Bytes raw;
};
struct Unexpected {  // a message that makes no sense in this state: it is dropped
  ControlMessage message;
};
struct Established {};
struct CallUp {
  CallId call_id;
  OutgoingCallReply reply;
};
struct CallOver {  // the call id is free again
  CallId call_id;
  Reason reason;
};
struct Close {  // what was sent before still goes out
  Reason reason;
};
using Step =
    std::variant<Send, Heard, Skipped, Garbled, Unexpected, Established, CallUp, CallOver, Close>;
using Steps = std::vector<Step>;

}  // namespace callgate
