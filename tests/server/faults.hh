// SPDX-License-Identifier: GPL-2.0-or-later
// What a server does wrong, because a test asks for it. faults.cc has one row for each fault.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ppp/frame.hh"

namespace callgate::ppp::test {

struct Faults {
  struct Nth {
    Protocol protocol{};
    unsigned number = 0;  // from 1
  };

  // Negotiation and authentication.
  std::vector<Nth> lose_sent, lose_received;
  bool repeat_challenge = false, wrong_proof = false, insists = false;
  bool mixed_state = false;
  std::optional<std::string> failure;
  bool nak_mru = false, nak_address = false, nak_unasked = false;
  bool no_address = false, public_address = false;
  bool unknown_options = false, silent_to_echo = false, windows_reason = false;
  // Datagrams.
  bool clear_text = false, early_data = false;
  unsigned lose_data = 0, delay_data = 0;  // every N-th packet
};

struct FaultRow {
  std::string_view name, value, help;                   // value: empty if it takes none
  bool (*set)(Faults& faults, std::string_view value);  // returns false if it is not such a value
};

std::span<const FaultRow> fault_table();
// Takes "NAME" or "NAME=VALUE". Returns false if there is no such fault, or no such value.
bool set_fault(Faults& faults, std::string_view text);

}  // namespace callgate::ppp::test
