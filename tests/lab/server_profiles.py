# SPDX-License-Identifier: GPL-2.0-or-later
"""How named servers differ on the wire, as captures and their sources show it, for the scripted server.

    call = profile.play(server)    # accepts, starts and answers a call as this server does
    profile.end(call)              # answers the client's hang-up as this server does
"""
import time
from dataclasses import dataclass, field

from .wire import (CallClearRequest, CallDisconnectNotify, OutgoingCallRequest, SetLinkInfo,
                   StartControlConnectionReply, StartControlConnectionRequest, StopControlConnectionReply,
                   StopControlConnectionRequest)

NOT_YET = 0xFFFFFFFF  # acknowledged before any packet has come


def swapped(number):
    return (number & 0xFF) << 8 | number >> 8


# By which id a server names the call in its Call-Disconnect-Notify.
NOTICE_IDS = {
    "the server's": lambda call: call.call_id,
    "ours": lambda call: call.client_call_id,
    "ours, byte-swapped": lambda call: swapped(call.client_call_id),
    "none": lambda call: 0,
}


@dataclass(frozen=True)
class Profile:
    """The defaults are what RFC 2637 has in mind."""
    start: dict = field(default_factory=dict)  # fields of the Start-Control-Connection-Reply
    reply: dict = field(default_factory=dict)  # fields of the Outgoing-Call-Reply
    start_after: float = 0.0  # s
    reply_after: float = 0.0  # s
    link_infos: tuple = ()  # sent as soon as the call is up
    acknowledges: bool = True  # False: acknowledgements never come alone, and ride on data
    loses_first: bool = False  # it is not ready for the first packet
    first_sequence: int = 0
    first_ack: int = None
    notice_id: str = "the server's"
    notice_result: int = 4
    stops_itself: bool = False  # with the notice
    answers_stop: bool = True

    def play(self, server):
        connection = server.accept()
        connection.expect(StartControlConnectionRequest)
        time.sleep(self.start_after)
        connection.send(StartControlConnectionReply(**self.start))
        request = connection.expect(OutgoingCallRequest)
        call = server.call_from(connection, request, self.reply.get("call_id"))
        time.sleep(self.reply_after)
        connection.send(call.reply(**self.reply), *self.link_infos)
        call.data.next_seq = self.first_sequence
        return call

    def receive(self, call):
        """The payload of the next packet, acknowledged as this server does."""
        packet = call.data.recv_data()
        if self.acknowledges:
            call.data.send_ack(packet.gre.seq)
        return packet.gre.payload

    def send(self, call, frame, last_received=None):
        first = call.data.next_seq == self.first_sequence
        call.data.send(frame, ack=self.first_ack if first else last_received)

    def end(self, call):
        """The client hangs up."""
        call.connection.expect(CallClearRequest)
        notice = CallDisconnectNotify(call_id=NOTICE_IDS[self.notice_id](call), result=self.notice_result)
        if self.stops_itself:
            call.connection.send(notice, StopControlConnectionRequest(reason=0))
            call.connection.expect_end(passing_over=(StopControlConnectionReply, StopControlConnectionRequest))
            return
        call.connection.send(notice)
        call.connection.expect(StopControlConnectionRequest)
        if self.answers_stop:
            call.connection.send(StopControlConnectionReply())
        call.connection.expect_end()


def named(vendor, **more):
    return {"vendor": vendor, "host_name": b"", **more}


PROFILES = {
    # The one capture of a server that calls itself Microsoft: RRAS behind a proxy, or an appliance.
    "Microsoft": Profile(
        start=named(b"Microsoft", framing=2, bearer=3, maximum_channels=0, firmware=0),
        reply={"call_id": 11755, "receive_window": 16384, "connect_speed": 14945108},
        start_after=0.37, reply_after=1.8,
        link_infos=(SetLinkInfo(reserved1=1723, send_accm=0), SetLinkInfo(reserved1=1723)),
        notice_id="none", notice_result=0, answers_stop=False),
    # MS-PTPT section 4
    "Windows Server 2008": Profile(
        start=named(b"Microsoft", framing=1, bearer=1, maximum_channels=0), reply={"receive_window": 16384},
        notice_result=0),
    "Cisco IOS": Profile(
        start=named(b"Cisco Systems, Inc.", firmware=0x1200), reply={"receive_window": 16, "connect_speed": 64000},
        loses_first=True, first_sequence=1, first_ack=NOT_YET),
    "PoPToP 0.9": Profile(
        start=named(b"MoretonBay", framing=0, bearer=0), reply={"call_id": 0}),
    "pptpd": Profile(start=named(b"linux", host_name=b"local", maximum_channels=1)),
    # Linux pptp.ko sends no acknowledgement alone.
    "accel-ppp": Profile(
        start=named(b"cananian", maximum_channels=1), acknowledges=False, notice_id="ours", stops_itself=True),
    "accel-ppp 1.14.0": Profile(
        start=named(b"cananian", maximum_channels=1), acknowledges=False, notice_id="ours, byte-swapped",
        stops_itself=True),
    "numbers from 500000 on": Profile(acknowledges=False, first_sequence=500000),
    "results of 0": Profile(start={"result": 0}, notice_result=0),
    "MikroTik": Profile(start=named(b"MikroTik", host_name=b"MikroTik"), reply={"receive_window": 100}),
    "YAMAHA": Profile(start=named(b"YAMAHA Corporation", firmware=32838, maximum_channels=65535)),
    "DrayTek": Profile(start=named(b"DrayTek", host_name=b"Vigor")),
    "Fortinet": Profile(start=named(b"fortinet")),
    "FreeBSD MPD": Profile(start=named(b"FreeBSD MPD"), reply={"receive_window": 16, "processing_delay": 1}),
    "MPD like NT": Profile(start=named(b"NT", maximum_channels=2)),
}
