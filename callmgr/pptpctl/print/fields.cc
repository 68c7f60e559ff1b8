// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/print/fields.hh"

#include "callmgr/pptpctl/print/format.hh"
#include "common/wire/bytes.hh"

namespace callgate {
namespace {

using Connection = ConnectionInfo;

FieldValue number(uint64_t value) {
  return value;
}

constexpr Field<Connection> kConnectionFields[] = {
    {"id", "connection", [](const Connection& c) { return number(c.id); }},
    {"server_name", "server",
     [](const Connection& c) { return FieldValue(printable(c.server_name)); }},
    {"server", "server address", [](const Connection& c) { return FieldValue(c.server.text()); }},
    {"local", "local address", [](const Connection& c) { return FieldValue(c.local.text()); }},
    {"state", "connection state", [](const Connection& c) { return FieldValue(c.state); }},
    {"peer_host_name", "peer host name",
     [](const Connection& c) { return FieldValue(printable(c.peer_host_name)); }},
    {"peer_vendor", "peer vendor",
     [](const Connection& c) { return FieldValue(printable(c.peer_vendor)); }},
    {"peer_firmware", "peer firmware", [](const Connection& c) { return number(c.peer_firmware); }},
    {"maximum_channels", "maximum channels",
     [](const Connection& c) { return number(c.maximum_channels); },
     [](const Connection& c) {
       return c.maximum_channels ? std::to_string(c.maximum_channels) : std::string("any");
     }},
    {"age_seconds", "connection age", [](const Connection& c) { return number(c.age); },
     [](const Connection& c) { return duration_text(c.age); }},
    {"echoes_sent", "echoes sent", [](const Connection& c) { return number(c.echoes_sent); }},
    {"echoes_answered", "echoes answered",
     [](const Connection& c) { return number(c.echoes_answered); }},
    {"wan_errors", "WAN errors", [](const Connection& c) { return number(c.wan_errors); }},
    {"refused_calls", "refused calls", [](const Connection& c) { return number(c.refused_calls); }},
    {"host_route", "host route", [](const Connection& c) { return FieldValue(c.host_route); },
     [](const Connection& c) { return std::string(c.host_route ? "held" : "none"); }}};

constexpr Field<CallInfo> kCallFields[] = {
    {"call_id", "call", [](const CallInfo& c) { return number(value(c.call_id)); }},
    {"peer_call_id", "peer call", [](const CallInfo& c) { return number(value(c.peer_call_id)); }},
    {"state", "state", [](const CallInfo& c) { return FieldValue(c.state); }},
    {"name", "name", [](const CallInfo& c) { return FieldValue(printable(c.name)); }},
    {"uid", "uid", [](const CallInfo& c) { return number(c.uid); }},
    {"owner", "owner", [](const CallInfo& c) { return FieldValue(user_name(c.uid)); }, nullptr,
     Dumped::never},
    {"pid", "gateway pid", [](const CallInfo& c) { return number(c.pid); }},
    {"age_seconds", "age", [](const CallInfo& c) { return number(c.age); },
     [](const CallInfo& c) { return duration_text(c.age); }},
    {"tunnel", "tunnel", [](const CallInfo& c) { return FieldValue(printable(c.tunnel)); }, nullptr,
     Dumped::late},
    {"interface", "interface", [](const CallInfo& c) { return FieldValue(printable(c.interface)); },
     nullptr, Dumped::late}};

}  // namespace

std::span<const Field<ConnectionInfo>> connection_fields() {
  return kConnectionFields;
}

std::span<const Field<CallInfo>> call_fields() {
  return kCallFields;
}

std::string field_text(const FieldValue& value) {
  if (auto* text = std::get_if<std::string>(&value)) return text->empty() ? "-" : *text;
  if (auto* yes = std::get_if<bool>(&value)) return *yes ? "1" : "0";
  return std::to_string(std::get<uint64_t>(value));
}

}  // namespace callgate
