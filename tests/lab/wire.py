# SPDX-License-Identifier: GPL-2.0-or-later
"""RFC 2637 control messages and the enhanced GRE header, written a second time to check the C++ code.

Parsing is strict on purpose: a test fails if our programs send a wrong length, cookie, reserved field
or padding.
"""
import struct
from dataclasses import astuple, dataclass, fields

MAGIC = 0x1A2B3C4D
PORT = 1723
# Length, PPTP message type, magic cookie, control message type, reserved0.
HEADER = struct.Struct("!HHIHH")


class WireError(AssertionError):
    """What arrived is not what RFC 2637 says."""


def require(condition, what):
    if not condition:
        raise WireError(what)


class Message:
    """A control message: a dataclass whose fields are the body's, in the order of the RFC.

    Fields named reservedN must be zero when parsed. Texts are bytes, zero-padded to their field.
    """
    TYPE = 0
    BODY = struct.Struct("!")

    def build(self, length=None, magic=MAGIC, pptp_type=1, type=None, reserved0=0):
        """The octets; the arguments put something else than the right thing into the header."""
        size = HEADER.size + self.BODY.size
        header = HEADER.pack(size if length is None else length, pptp_type, magic,
                             self.TYPE if type is None else type, reserved0)
        return header + self.BODY.pack(*astuple(self))

    @classmethod
    def parse_body(cls, body):
        require(len(body) == cls.BODY.size,
                f"{cls.__name__}: body of {len(body)} octets, not {cls.BODY.size}")
        values = {field.name: value for field, value in zip(fields(cls), cls.BODY.unpack(body))}
        for name, value in values.items():
            if name.startswith("reserved"):
                require(value == 0, f"{cls.__name__}: {name} is {value:#x}")
            if isinstance(value, bytes):
                values[name] = value.rstrip(b"\0")
                require(b"\0" not in values[name],
                        f"{cls.__name__}: {name} is not zero-padded: {value!r}")
        return cls(**values)


def parse(octets):
    """One whole control message."""
    require(len(octets) >= HEADER.size, f"{len(octets)} octets are no control message")
    length, pptp_type, magic, kind, reserved0 = HEADER.unpack_from(octets)
    require(magic == MAGIC, f"magic cookie {magic:#x}")
    require(pptp_type == 1, f"PPTP message type {pptp_type}")
    require(length == len(octets), f"length field {length} in {len(octets)} octets")
    require(reserved0 == 0, f"reserved0 is {reserved0:#x}")
    require(kind in TYPES, f"control message type {kind}")
    return TYPES[kind].parse_body(octets[HEADER.size:])


@dataclass
class StartControlConnectionRequest(Message):  # RFC 2637 section 2.1
    TYPE = 1
    BODY = struct.Struct("!HHIIHH64s64s")
    version: int = 0x0100
    reserved1: int = 0
    framing: int = 3  # asynchronous 1, synchronous 2
    bearer: int = 3  # analog 1, digital 2
    maximum_channels: int = 0
    firmware: int = 0
    host_name: bytes = b""
    vendor: bytes = b""


@dataclass
class StartControlConnectionReply(Message):  # section 2.2
    TYPE = 2
    BODY = struct.Struct("!HBBIIHH64s64s")
    version: int = 0x0100
    result: int = 1
    error: int = 0
    framing: int = 3
    bearer: int = 3
    maximum_channels: int = 1
    firmware: int = 1
    host_name: bytes = b"scripted"
    vendor: bytes = b"test bench"


@dataclass
class StopControlConnectionRequest(Message):  # section 2.3
    TYPE = 3
    BODY = struct.Struct("!BBH")
    reason: int = 1  # none 1, protocol 2, local shutdown 3
    reserved1: int = 0
    reserved2: int = 0


@dataclass
class StopControlConnectionReply(Message):  # section 2.4
    TYPE = 4
    BODY = struct.Struct("!BBH")
    result: int = 1
    error: int = 0
    reserved1: int = 0


@dataclass
class EchoRequest(Message):  # section 2.5
    TYPE = 5
    BODY = struct.Struct("!I")
    identifier: int = 0


@dataclass
class EchoReply(Message):  # section 2.6
    TYPE = 6
    BODY = struct.Struct("!IBBH")
    identifier: int = 0
    result: int = 1
    error: int = 0
    reserved1: int = 0


@dataclass
class OutgoingCallRequest(Message):  # section 2.7
    TYPE = 7
    BODY = struct.Struct("!HHIIIIHHHH64s64s")
    call_id: int = 0
    serial_number: int = 0
    minimum_bps: int = 0
    maximum_bps: int = 0
    bearer_type: int = 3
    framing_type: int = 3
    receive_window: int = 0
    processing_delay: int = 0
    phone_number_length: int = 0
    reserved1: int = 0
    phone_number: bytes = b""
    subaddress: bytes = b""


@dataclass
class OutgoingCallReply(Message):  # section 2.8
    TYPE = 8
    BODY = struct.Struct("!HHBBHIHHI")
    call_id: int = 0
    peer_call_id: int = 0
    result: int = 1
    error: int = 0
    cause: int = 0
    connect_speed: int = 10_000_000
    receive_window: int = 64
    processing_delay: int = 0
    physical_channel: int = 0


@dataclass
class IncomingCallRequest(Message):  # section 2.9
    TYPE = 9
    BODY = struct.Struct("!HHIIHH64s64s64s")
    call_id: int = 0
    serial_number: int = 0
    bearer_type: int = 1
    physical_channel: int = 0
    dialed_length: int = 0
    dialing_length: int = 0
    dialed_number: bytes = b""
    dialing_number: bytes = b""
    subaddress: bytes = b""


@dataclass
class IncomingCallReply(Message):  # section 2.10
    TYPE = 10
    BODY = struct.Struct("!HHBBHHH")
    call_id: int = 0
    peer_call_id: int = 0
    result: int = 1
    error: int = 0
    receive_window: int = 0
    transmit_delay: int = 0
    reserved1: int = 0


@dataclass
class IncomingCallConnected(Message):  # section 2.11
    TYPE = 11
    BODY = struct.Struct("!HHIHHI")
    peer_call_id: int = 0
    reserved1: int = 0
    connect_speed: int = 0
    receive_window: int = 0
    transmit_delay: int = 0
    framing_type: int = 1


@dataclass
class CallClearRequest(Message):  # section 2.12
    TYPE = 12
    BODY = struct.Struct("!HH")
    call_id: int = 0
    reserved1: int = 0


@dataclass
class CallDisconnectNotify(Message):  # section 2.13
    TYPE = 13
    BODY = struct.Struct("!HBBHH128s")
    call_id: int = 0  # assigned by the sender, the PAC
    result: int = 1  # lost carrier 1, general error 2, administrative 3, at our request 4
    error: int = 0
    cause: int = 0
    reserved1: int = 0
    statistics: bytes = b""


@dataclass
class WanErrorNotify(Message):  # section 2.14
    TYPE = 14
    BODY = struct.Struct("!HHIIIIII")
    peer_call_id: int = 0
    reserved1: int = 0
    crc_errors: int = 0
    framing_errors: int = 0
    hardware_overruns: int = 0
    buffer_overruns: int = 0
    timeout_errors: int = 0
    alignment_errors: int = 0


@dataclass
class SetLinkInfo(Message):  # section 2.15
    TYPE = 15
    BODY = struct.Struct("!HHII")
    peer_call_id: int = 0
    reserved1: int = 0
    send_accm: int = 0xFFFFFFFF
    receive_accm: int = 0xFFFFFFFF


TYPES = {cls.TYPE: cls for cls in Message.__subclasses__()}

# --- Enhanced GRE, section 4.1 --------------------------------------------------------------------

GRE_PROTOCOL = 47
PPP_IN_GRE = 0x880B
KEY, SEQUENCE, ACK = 0x2000, 0x1000, 0x0080  # bits of the first 16
VERSION = 0x0007


@dataclass
class Gre:
    """One enhanced GRE packet; seq and ack are None when absent."""
    call_id: int = 0  # the receiver's
    payload: bytes = b""
    seq: int = None
    ack: int = None

    def build(self, flags=None, protocol=PPP_IN_GRE, length=None):
        """The octets after the IP header; the arguments put something wrong into the header."""
        right = KEY | 1
        right |= SEQUENCE if self.seq is not None else 0
        right |= ACK if self.ack is not None else 0
        out = struct.pack("!HHHH", right if flags is None else flags, protocol,
                          len(self.payload) if length is None else length, self.call_id)
        for number in (self.seq, self.ack):
            if number is not None:
                out += struct.pack("!I", number & 0xFFFFFFFF)
        return out + self.payload

    @classmethod
    def parse(cls, octets):
        require(len(octets) >= 8, f"GRE packet of {len(octets)} octets")
        flags, protocol, length, call_id = struct.unpack_from("!HHHH", octets)
        require(flags & VERSION == 1, f"GRE version {flags & VERSION}")
        require(flags & ~(VERSION | SEQUENCE | ACK) == KEY, f"GRE flags {flags:#06x}")
        require(protocol == PPP_IN_GRE, f"GRE protocol {protocol:#06x}")
        at = 8
        numbers = []
        for bit in (SEQUENCE, ACK):
            if flags & bit:
                require(len(octets) >= at + 4, "GRE header cut short")
                numbers.append(struct.unpack_from("!I", octets, at)[0])
                at += 4
            else:
                numbers.append(None)
        require(len(octets) == at + length,
                f"GRE payload length {length} in {len(octets) - at} octets")
        require((numbers[0] is not None) == (length > 0),
                "a sequence number goes with a payload, and only with one")
        return cls(call_id, octets[at:], *numbers)
