// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/quality.hh"

#include "gui/model/json.hh"
#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

uint64_t count(const Json& object, const char* name) {
  const auto& value = member(object, name);
  return value.is_number_unsigned() ? value.get<uint64_t>() : 0;
}

}  // namespace

std::optional<Quality> parse_quality(std::string_view status, const std::string& tunnel,
                                     const std::string& interface) {
  auto object = parse_json(status);
  for (const auto& connection : member(object, "connections"))
    for (const auto& call : member(connection, "calls")) {
      if (text(call, "tunnel") != tunnel || text(call, "interface") != interface) continue;
      const auto& statistics = member(call, "statistics");
      if (!statistics.is_object()) continue;
      return Quality{count(statistics, "rx_accepted"), count(statistics, "rx_lost"),
                     count(statistics, "round_trip_microseconds")};
    }
  return std::nullopt;
}

std::string quality_text(const Quality& quality) {
  auto lost = static_cast<double>(quality.lost);
  auto all = static_cast<double>(quality.received) + lost;
  auto loss = fill(_("Loss: {:.2f} %"), all > 0 ? lost / all * 100 : 0.0);
  if (quality.round_trip == 0) return loss;
  return fill(_("{}, round trip: {:.1f} ms"), loss, static_cast<double>(quality.round_trip) / 1000);
}

}  // namespace callgate::gui
