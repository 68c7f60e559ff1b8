// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/server/program.hh"

#include <netinet/tcp.h>
#include <sys/random.h>
#include <sys/signalfd.h>

#include <csignal>
#include <cstdio>

#include "common/system/os_error.hh"

namespace callgate::ppp::test {
namespace {

constexpr uint16_t kReceiveWindow = 64;                                   // packets
constexpr uint8_t kLostCarrier = 1, kAdministrative = 3, kRequested = 4;  // RFC 2637 section 2.13
constexpr uint32_t kSpeed = 100'000'000;                                  // bits per second

void print(std::string_view line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

UniqueFd listen_at(IpFamily family) {
  SocketAddress any(IpAddress::any(family), kPptpPort);
  int af = any.get()->sa_family;
  UniqueFd made(check(socket(af, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"));
  int yes = 1;
  setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (af == AF_INET6) setsockopt(made.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  check(bind(made.get(), any.get(), any.length), "bind port {}", kPptpPort);
  check(listen(made.get(), SOMAXCONN), "listen to port {}", kPptpPort);
  return made;
}

UniqueFd block_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) sigaddset(&set, number);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return UniqueFd(check(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC), "signalfd"));
}

// The same address without a port, for a raw socket.
SocketAddress without_port(const SocketAddress& address) {
  return {*address.address(), 0};
}

Ipv4 ipv4(const SocketAddress& address) {
  Ipv4 made = 0;
  if (auto ip = address.address(); ip && ip->family == IpFamily::v4) Reader(ip->span()).get(made);
  return made;
}

}  // namespace

Program::Program(const ServerSettings& settings) : settings_(settings), signals_(block_signals()) {
  for (IpFamily family : {IpFamily::v4, IpFamily::v6}) listeners_.push_back(listen_at(family));
  check(getentropy(&last_id_, sizeof last_id_), "getentropy");
  print("listening");
}

void Program::run() {
  while (!ending_) turn();
  now_ = Clock::now();
  while (!calls_.empty()) end_call(calls_.begin()->first, true, kAdministrative);
  print("ended");
}

void Program::turn() {
  std::vector<pollfd> polled;
  auto watch = [&](int fd) { polled.push_back({fd, POLLIN, 0}); };
  watch(signals_.get());
  watch(gre_.fd(IpFamily::v4));
  watch(gre_.fd(IpFamily::v6));
  for (const UniqueFd& listener : listeners_) watch(listener.get());
  size_t first_connection = polled.size();
  for (const Connection& connection : connections_) watch(connection.fd.get());
  size_t first_call = polled.size();
  for (const auto& [id, held] : calls_) watch(held.call->tun());

  poll(polled.data(), polled.size(), timeout());
  now_ = Clock::now();
  auto ready = [&](size_t i) { return polled[i].revents != 0; };
  for (IpFamily family : {IpFamily::v4, IpFamily::v6}) {
    if (!ready(family == IpFamily::v4 ? 1 : 2)) continue;
    gre_.receive(family, [&](std::span<uint8_t> bytes) {
      auto parsed = parse_gre(bytes);
      auto* packet = std::get_if<GrePacket>(&parsed);
      if (!packet) return;
      auto found = calls_.find(packet->call_id);
      if (found != calls_.end()) found->second.call->received(*packet, bytes, now_);
    });
    for (auto& [id, held] : calls_) held.call->to_tun(now_);
  }
  size_t at = first_call;
  for (auto& [id, held] : calls_)
    if (ready(at++)) held.call->read_tun();
  for (auto& [id, held] : calls_) {
    held.call->advance(now_);
    held.call->acknowledge();
  }
  gre_.flush();

  if (ready(0)) signals();
  at = first_connection;
  for (Connection& connection : connections_)
    if (ready(at++)) read_control(connection);
  for (size_t i = 0; i < listeners_.size(); i++)
    if (ready(3 + i)) accept_from(listeners_[i].get());
  tidy();
  gre_.flush();
}

int Program::timeout() const {
  std::optional<TimePoint> first;
  for (const auto& [id, held] : calls_)
    if (auto deadline = held.call->deadline(); deadline && (!first || *deadline < *first))
      first = deadline;
  if (!first) return -1;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(*first - Clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, INT32_MAX));
}

void Program::signals() {
  signalfd_siginfo info;
  while (read(signals_.get(), &info, sizeof info) == sizeof info) switch (info.ssi_signo) {
      case SIGUSR1:
        for (auto& [id, held] : calls_) held.call->renegotiate(now_);
        break;
      case SIGUSR2:
        for (auto& [id, held] : calls_) held.call->challenge_anew(now_);
        break;
      case SIGHUP:
        for (auto& [id, held] : calls_) held.call->terminate(now_);
        break;
      default: ending_ = true;
    }
}

void Program::accept_from(int listener) {
  SocketAddress client;
  UniqueFd fd(accept4(listener, client.get(), &client.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd) return;
  int yes = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  Connection& made = connections_.emplace_back();
  getsockname(fd.get(), made.own.get(), &made.own.length);
  made.fd = std::move(fd);
  made.client = client;
}

void Program::read_control(Connection& connection) {
  uint8_t bytes[4096];
  ssize_t size = recv(connection.fd.get(), bytes, sizeof bytes, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) {
    connection.closed = true;
    return;
  }
  connection.framer.push({bytes, static_cast<size_t>(size)});
  for (;;) {
    auto next = connection.framer.next();
    if (std::holds_alternative<NeedMore>(next)) return;
    if (auto* message = std::get_if<ControlMessage>(&next)) {
      hear(connection, *message);
    } else if (std::holds_alternative<Malformed>(next)) {
      print("malformed control message");
      connection.closed = true;
      return;
    }
  }
}

void Program::hear(Connection& connection, const ControlMessage& message) {
  if (std::holds_alternative<StartControlConnectionRequest>(message))
    send(connection, StartControlConnectionReply{.framing_capabilities = kFramingEither,
                                                 .bearer_capabilities = kBearerEither,
                                                 .host_name = {"test"},
                                                 .vendor = {"pptp-test-server"}});
  if (auto* echo = std::get_if<EchoRequest>(&message))
    send(connection, EchoReply{.identifier = echo->identifier});
  if (auto* request = std::get_if<OutgoingCallRequest>(&message)) open_call(connection, *request);
  if (auto* clear = std::get_if<CallClearRequest>(&message))
    for (auto& [id, held] : calls_)
      if (held.connection == &connection && held.call->ends().peer == clear->call_id) {
        held.call->say("Call-Clear-Request");
        end_call(id, true, kRequested);
        break;
      }
  if (std::holds_alternative<StopControlConnectionRequest>(message)) {
    print("Stop-Control-Connection-Request");
    send(connection, StopControlConnectionReply{});
    connection.closed = true;
  }
}

void Program::open_call(Connection& connection, const OutgoingCallRequest& request) {
  do last_id_++;
  while (last_id_ == 0 || calls_.contains(CallId{last_id_}));
  CallId id{last_id_};
  ServerSettings settings = settings_;
  settings.addresses.client = free_address();
  if (settings.faults.public_address) settings.addresses.own = ipv4(connection.own);
  auto call = std::make_unique<Call>(
      Call::Ends{++last_number_, id, request.call_id, without_port(connection.client)}, settings,
      gre_);
  call->say(fmt::format("from {}", connection.client.address()->text()));
  send(connection, OutgoingCallReply{.call_id = id,
                                     .peer_call_id = request.call_id,
                                     .connect_speed = kSpeed,
                                     .receive_window = kReceiveWindow});
  Call& started = *call;
  calls_[id] = {&connection, std::move(call)};
  started.start(now_);
}

Ipv4 Program::free_address() const {
  Ipv4 address = settings_.addresses.client;
  auto taken = [&](const auto& each) { return each.second.call->client_address() == address; };
  while (std::ranges::any_of(calls_, taken)) address++;
  return address;
}

void Program::end_call(CallId id, bool notify, uint8_t result) {
  auto found = calls_.find(id);
  if (notify)
    send(*found->second.connection, CallDisconnectNotify{.call_id = id, .result = result});
  found->second.call->say("call ended");
  gre_.flush();
  calls_.erase(found);
}

void Program::send(Connection& connection, const ControlMessage& message) {
  Bytes bytes = encode(message);
  if (::send(connection.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0)
    connection.closed = true;
}

// Removes calls whose link has ended, and connections that are closed.
void Program::tidy() {
  std::vector<CallId> over;
  for (auto& [id, held] : calls_)
    if (held.call->ended() || held.connection->closed) over.push_back(id);
  for (CallId id : over) end_call(id, !calls_[id].connection->closed, kLostCarrier);
  std::erase_if(connections_, [](const Connection& each) { return each.closed; });
}

}  // namespace callgate::ppp::test
