// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/backend/statistics.hh"

#include <fstream>

namespace callgate::gui {

std::optional<Counters> read_counters(const std::string& root, const std::string& interface) {
  if (interface.empty() || interface.find('/') != std::string::npos) return std::nullopt;
  auto directory = root + "/sys/class/net/" + interface + "/statistics/";
  Counters counters;
  std::ifstream received(directory + "rx_bytes"), sent(directory + "tx_bytes");
  if (received >> counters.received && sent >> counters.sent) return counters;
  return std::nullopt;
}

}  // namespace callgate::gui
