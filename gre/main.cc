// SPDX-License-Identifier: GPL-2.0-or-later
// pptp-gre: the gateway of one call. Copies PPP frames between pppd's pty and GRE packets of one
// call to one server, as a process that holds no privilege but its open sockets. Without pppd it
// speaks PPP itself (engine/), and copies IP packets between a network interface and the server.
//
// pptp (pptp/become_gateway.cc) has sent the request for the call on the channel, and becomes this
// program, whose settings wait in a pipe. The words of the command line are for process lists: they
// are not read.
#include <sys/prctl.h>

#include "common/channel/call_report.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "common/system/privileges.hh"
#include "common/system/systemd_socket.hh"
#include "config.hh"
#include "gre/engine/engine_gateway.hh"
#include "gre/gateway.hh"
#include "gre/manager_trust.hh"
#include "gre/sandbox.hh"
#include "gre/settings.hh"

namespace callgate {
namespace {

template <typename T>
using Or = std::variant<T, Reason>;

struct Sockets {
  RawSocket raw;
  OverflowSink sink;
};

struct SocketsByFamily {
  Sockets v4, v6;
  Sockets take(IpFamily family) { return std::move(family == IpFamily::v6 ? v6 : v4); }
};

Sockets open_sockets(IpFamily family, uint32_t mark, bool without_pppd) {
  int buffer = without_pppd ? RawSocket::kBufferForTun : RawSocket::kBufferForPty;
  return {RawSocket::open(family, mark, buffer), OverflowSink::open(family)};
}

Or<SocketsByFamily> open_sockets(const GatewaySettings& settings) try {
  raise_net_raw();
  // Only the manager knows whether the call may have a mark, and it speaks when our privileges are
  // gone. So a mark is set now if our caller could set it too, and compared with the manager's word
  // later. A gateway with a file capability never sets one.
  uint32_t mark = exceeds_its_caller() ? 0 : settings.mark;
  bool without_pppd = settings.link.has_value();
  SocketsByFamily sockets;
  if (settings.ipv4) sockets.v4 = open_sockets(IpFamily::v4, mark, without_pppd);
  if (settings.ipv6) sockets.v6 = open_sockets(IpFamily::v6, mark, without_pppd);
  return sockets;
} catch (const OsError& error) {
  auto code = static_cast<uint32_t>(error.code().value());
  if (code == EPERM || code == EACCES)
    return Reason{.cause = Cause::gre_not_permitted, .os_error = code};
  return Reason{.cause = Cause::internal_error, .os_error = code, .detail = error.attempted()};
}

// Binds the socket to this call. From here on it receives nothing else.
Or<Sockets> join_call(SocketsByFamily opened, const CallAssigned& call) try {
  Sockets sockets = opened.take(call.server.family);
  if (!sockets.raw) throw OsError(EAFNOSUPPORT, "use the address family");
  sockets.raw.join(call);
  sockets.sink.guard(call.local);
  return sockets;
} catch (const OsError& error) {
  return Reason{.cause = Cause::gre_failed,
                .os_error = static_cast<uint32_t>(error.code().value()),
                .subject = call.server.text(),
                .detail = error.attempted()};
}

void say_up(const CallAssigned& ours, const CallConnected& server,
            const GatewaySettings& settings) {
  if (!settings.link)
    log::notice("The synchronous pptp option is {}activated", settings.sync ? "" : "NOT ");
  log::notice("GRE to {} is up (call ID {}, peer's call ID {}, peer's window {})",
              ours.server.text(), value(ours.call_id), value(server.peer_call_id),
              server.peer_window);
  // systemd shows this if pppd runs as a unit.
  notify_status(fmt::format("GRE to {} is up", ours.server.text()));
}

// How long a call that is not dialled for a refused login lasts at least. pppd with holdoff 0 would
// start pptp without a pause.
constexpr Duration kRefusedLasts{2'000};

struct End {
  End(Reason why, std::string more = {}) : reason(std::move(why)), advice(std::move(more)) {}
  Reason reason;
  std::string advice;
};

// If pppd gives up first, its own log blames LCP. So our log says what was still missing.
End without_call(Reason reason, std::string_view missing) {
  bool here = reason.cause == Cause::hung_up_locally;
  return {std::move(reason), here ? fmt::format("; no call was up yet: {}", missing) : ""};
}

template <typename AnyGateway>
End run(const GatewaySettings& settings, CallData& call, GreSocket& socket, Ends& ends) {
  AnyGateway gateway(settings, call, socket, ends);
  Reason reason = gateway.run();
  // The socket stays open until the server knows that the call is over. Without a socket the kernel
  // answers the server's packets with ICMP, and pptpd exits before it reads Call-Clear-Request.
  ends.leave();
  return {reason, gateway.advice(reason)};
}

// Runs the call. Returns why it ended.
End live(const GatewaySettings& settings) {
  if (auto reason = distrust_channel(kGatewayChannel)) return *reason;
  Ends ends(settings.link.has_value());   // blocks signals; reads nothing yet
  auto sockets = open_sockets(settings);  // deaf until they join a call
  if (auto* reason = std::get_if<Reason>(&sockets)) return *reason;
  drop_privileges(CALLGATE_USER);  // and checks that; nothing from outside has been read so far
  prctl(PR_SET_PDEATHSIG, kParentExited);  // a change of the user would cancel this
  confine_gateway();
  restrict_system_calls(gateway_sets_up());

  auto assigned = ends.await<CallAssigned>();
  if (auto* reason = std::get_if<Reason>(&assigned)) {
    if (reason->cause == Cause::login_refused) ends.pause(kRefusedLasts);
    return without_call(*reason, "the server has not answered on TCP port 1723");
  }
  auto& ours = std::get<CallAssigned>(assigned);

  auto joined = join_call(std::move(std::get<SocketsByFamily>(sockets)), ours);
  if (auto* reason = std::get_if<Reason>(&joined)) return *reason;
  restrict_system_calls(gateway_copies());  // from now on it only reads, writes and waits

  // The manager may request the call only now, because the gateway listens for the first packet.
  if (!ends.channel.send(GatewayReady{})) return Reason{.cause = Cause::manager_died};
  auto connected = ends.await<CallConnected>();
  if (auto* reason = std::get_if<Reason>(&connected))
    return without_call(*reason, ours.server.text() + " has not answered Outgoing-Call-Request");
  auto& server = std::get<CallConnected>(connected);
  say_up(ours, server, settings);

  auto& own = std::get<Sockets>(joined);
  GreSocket socket(ours.server.text(), std::move(own.raw), std::move(own.sink), ends.channel.fd());
  CallData call{.call_id = ours.call_id,
                .peer_call_id = server.peer_call_id,
                .acknowledger = Acknowledger(settings.receive_window),
                .transmit_window =
                    TransmitWindow(settings.transmit_window ? server.peer_window : uint16_t{0})};
  return settings.link ? run<EngineGateway>(settings, call, socket, ends)
                       : run<Gateway>(settings, call, socket, ends);
}

ExitStatus say_end(const End& end) {
  report::ended(end.reason);
  auto status = exit_status(end.reason.cause);
  auto text = line(end.reason) + end.advice;
  if (end.reason.cause == Cause::login_refused && end.reason.result)
    log::debug("{}", text);  // the log has it from an earlier try
  else if (status != ExitStatus::hung_up_locally)
    log::error("{}", text);
  else if (!end.advice.empty())
    log::warning("{}", text);
  else
    log::notice("{}", text);
  return status;
}

ExitStatus gateway_main() try {
  prctl(PR_SET_NAME, "pptp");  // killall(1) looks for this name, and pidof(1) for the first word
  auto settings = read_gateway_settings(UniqueFd(kGatewaySettings));
  auto* good = std::get_if<GatewaySettings>(&settings);
  // Without pppd standard error is where the tunnel process copies its log to, as pppd does.
  int copy = good && good->link ? STDERR_FILENO : -1;
  log::open(
      good ? log::Settings{.name = good->log_name, .verbosity = good->verbosity(), .copy = copy}
           : log::Settings{});
  if (good && good->reports) report::open(UniqueFd(kGatewayReport).get());
  return say_end(good ? live(*good) : End(std::get<Reason>(settings)));
} catch (const OsError& error) {
  return say_end(Reason{.cause = Cause::internal_error,
                        .os_error = static_cast<uint32_t>(error.code().value()),
                        .detail = error.attempted()});
} catch (const std::exception& error) {
  return say_end(Reason{.cause = Cause::internal_error, .os_error = 0, .detail = error.what()});
}

}  // namespace
}  // namespace callgate

int main() {
  return static_cast<int>(callgate::gateway_main());
}
