// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl metrics: the text format 0.0.4 of Prometheus, which node_exporter reads as well.
#include <fmt/format.h>

#include "callmgr/pptpctl/print/format.hh"
#include "callmgr/pptpctl/print/render.hh"

namespace callgate {
namespace {

using Labels = std::vector<std::pair<const char*, std::string>>;

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    c == '\n' ? out += "\\n" : out += c;
  }
  return out;
}

enum class Type : uint8_t { counter, gauge };

class MetricsWriter {
 public:
  // The samples of the family `name` follow. The name ends in the unit, if there is one.
  void family(const std::string& name, Type type, std::string_view help) {
    bool counter = type == Type::counter;
    name_ = counter ? name + "_total" : name;
    text_ += fmt::format("# HELP {0} {1}.\n# TYPE {0} {2}\n", name_, help,
                         counter ? "counter" : "gauge");
  }
  void sample(const Labels& labels, std::string_view value) {
    std::string all;
    for (const auto& [name, text] : labels)
      all += fmt::format("{}{}=\"{}\"", all.empty() ? "" : ",", name, escaped(text));
    text_ += fmt::format("{}{} {}\n", name_, all.empty() ? all : "{" + all + "}", value);
  }
  void sample(const Labels& labels, uint64_t number) { sample(labels, std::to_string(number)); }
  const std::string& text() const { return text_; }

 private:
  std::string text_, name_;
};

std::string in_seconds(uint64_t count, uint64_t per_second) {
  return fmt::format("{}", static_cast<double>(count) / static_cast<double>(per_second));
}

Labels labels_of(const ConnectionInfo& connection) {
  return {{"connection", std::to_string(connection.id)},
          {"server", printable(connection.server_name)}};
}

// These labels never change during a call. pptp_call_info has those that may.
Labels labels_of(const CallOnConnection& found) {
  return {{"server", printable(found.connection->server_name)},
          {"call", std::to_string(value(found.call->info.call_id))},
          {"name", printable(found.call->info.name)}};
}

struct ConnectionFamily {
  const char* name;
  Type type;
  const char* help;
  uint64_t (*value)(const ConnectionInfo&);
};

const ConnectionFamily kConnectionFamilies[] = {
    {"pptp_connection_age_seconds", Type::gauge, "Time since the TCP connection was started",
     [](auto& c) { return uint64_t{c.age}; }},
    {"pptp_connection_maximum_channels", Type::gauge,
     "Calls that the server allows on this connection, 0 for any number",
     [](auto& c) { return uint64_t{c.maximum_channels}; }},
    {"pptp_connection_echo_requests", Type::counter, "Echo-Requests sent",
     [](auto& c) { return c.echoes_sent; }},
    {"pptp_connection_echo_replies", Type::counter, "Echo-Replies received",
     [](auto& c) { return c.echoes_answered; }},
    {"pptp_connection_wan_errors", Type::counter, "WAN-Error-Notify messages received",
     [](auto& c) { return c.wan_errors; }},
    {"pptp_connection_refused_calls", Type::counter, "Incoming-Call-Requests refused",
     [](auto& c) { return c.refused_calls; }}};

void write_connections(MetricsWriter& out, const Snapshot& now) {
  for (const auto& family : kConnectionFamilies) {
    out.family(family.name, family.type, family.help);
    for (const auto& connection : now.connections)
      out.sample(labels_of(connection.info), family.value(connection.info));
  }
}

void write_info(MetricsWriter& out, const std::vector<CallOnConnection>& calls) {
  out.family("pptp_call_info", Type::gauge, "Texts that describe a call");
  for (const auto& found : calls) {
    auto labels = labels_of(found);
    const auto& call = found.call->info;
    labels.insert(labels.end(), {{"connection", std::to_string(call.connection_id)},
                                 {"address", found.connection->server.text()},
                                 {"peer_call", std::to_string(value(call.peer_call_id))},
                                 {"state", call.state},
                                 {"owner", user_name(call.uid)},
                                 {"tunnel", printable(call.tunnel)},
                                 {"interface", printable(call.interface)}});
    out.sample(labels, 1);
  }
}

void write_statistic(MetricsWriter& out, const Statistic& row,
                     const std::vector<CallOnConnection>& calls) {
  bool time = row.unit == Statistic::Unit::microseconds;
  bool bytes = row.unit == Statistic::Unit::bytes;
  std::string name = std::string("pptp_call_") + row.key;
  std::string unit = time ? "seconds" : bytes ? "bytes" : "";
  if (!unit.empty() && !name.ends_with("_" + unit)) name += "_" + unit;
  out.family(name, row.kind == Statistic::Kind::counter ? Type::counter : Type::gauge, row.help);
  for (const auto& found : calls) {
    if (!found.call->statistics) continue;
    auto value = row.of(*found.call->statistics);
    out.sample(labels_of(found), time ? in_seconds(value, 1'000'000) : std::to_string(value));
  }
}

void write_calls(MetricsWriter& out, const std::vector<CallOnConnection>& calls) {
  write_info(out, calls);
  out.family("pptp_call_age_seconds", Type::gauge, "Time since the call was requested");
  for (const auto& found : calls) out.sample(labels_of(found), uint64_t{found.call->info.age});
  out.family("pptp_call_answered", Type::gauge,
             "1 if the gateway of the call has answered, 0 if its statistics are missing");
  for (const auto& found : calls)
    out.sample(labels_of(found), uint64_t{found.call->statistics.has_value()});
  out.family("pptp_call_up_seconds", Type::gauge, "Time since the call came up");
  for (const auto& found : calls)
    if (found.call->statistics)
      out.sample(labels_of(found),
                 in_seconds(static_cast<uint64_t>(found.call->uptime.count()), 1000));
  for (const auto& row : kStatistics) write_statistic(out, row, calls);
}

}  // namespace

std::string metrics_text(const Snapshot& now) {
  MetricsWriter out;
  out.family("pptp_callmgr_running", Type::gauge, "1 if a call manager is running");
  out.sample({}, uint64_t{now.running});
  write_connections(out, now);
  write_calls(out, all_calls(now));
  return out.text();
}

}  // namespace callgate
