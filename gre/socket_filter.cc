// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/socket_filter.hh"

#include <sys/socket.h>

#include "common/system/os_error.hh"
#include "common/wire/gre_header.hh"

namespace callgate {
namespace {

// Offsets into the IPv4 header, and into the GRE header of RFC 2637 section 4.1.
constexpr uint32_t kIpv4Source = 12;
constexpr uint32_t kGreFlags = 0, kGreProtocol = 2, kGreCallId = 6;
constexpr uint32_t kFlagsMask = 0x2007, kFlagsWanted = 0x2001;  // key present, version 1

constexpr uint32_t kWholePacket = UINT32_MAX;

constexpr sock_filter statement(uint16_t code, uint32_t k) {
  return {code, 0, 0, k};
}

constexpr sock_filter load(uint16_t size_and_mode, uint32_t offset) {
  return statement(static_cast<uint16_t>(BPF_LD | size_and_mode), offset);
}

// Rejects the packet if the accumulator is not k. link() sets the jump.
constexpr sock_filter require(uint32_t k) {
  return {BPF_JMP | BPF_JEQ | BPF_K, 0, 0, k};
}

// Appends "accept" and "reject", and makes every failed requirement jump to the latter.
FilterProgram link(FilterProgram program) {
  program.push_back(statement(BPF_RET | BPF_K, kWholePacket));
  program.push_back(statement(BPF_RET | BPF_K, 0));
  size_t reject = program.size() - 1;
  for (size_t i = 0; i < program.size(); i++)
    if (BPF_CLASS(program[i].code) == BPF_JMP)
      program[i].jf = static_cast<uint8_t>(reject - (i + 1));  // counted from the next statement
  return program;
}

uint32_t host_order(ByteSpan four) {
  uint32_t number = 0;
  Reader(four).get(number);
  return number;
}

}  // namespace

FilterProgram drop_everything() {
  return {statement(BPF_RET | BPF_K, 0)};
}

// A load from beyond the end of the packet rejects it.
FilterProgram accept_call(CallId call, const IpAddress& server) {
  FilterProgram program;
  if (server.family == IpFamily::v4)
    program = {load(BPF_W | BPF_ABS, kIpv4Source), require(host_order(server.span())),
               statement(BPF_LDX | BPF_B | BPF_MSH, 0)};  // X = length of the IP header
  else
    program = {statement(BPF_LDX | BPF_W | BPF_IMM, 0)};  // X = 0
  program.insert(
      program.end(),
      {load(BPF_H | BPF_IND, kGreProtocol), require(kGreProtocolPpp),
       load(BPF_H | BPF_IND, kGreCallId), require(value(call)), load(BPF_H | BPF_IND, kGreFlags),
       statement(BPF_ALU | BPF_AND | BPF_K, kFlagsMask), require(kFlagsWanted)});
  return link(std::move(program));
}

void attach_filter(int socket, const FilterProgram& program) {
  auto copy = program;  // the kernel's interface is not const
  sock_fprog wanted{static_cast<unsigned short>(copy.size()), copy.data()};
  check(setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &wanted, sizeof wanted),
        "attach a socket filter");
}

void lock_filter(int socket) {
  int on = 1;
  check(setsockopt(socket, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof on), "lock the socket filter");
}

}  // namespace callgate
