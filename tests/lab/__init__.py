# SPDX-License-Identifier: GPL-2.0-or-later
"""The test bench: hosts made of namespaces, processes, and a PPTP server that can misbehave.

host.py             Host: a separate computer, which ends completely; connect(), switch()
ip_packets.py       IPv4 packets with options or in fragments, and ICMP errors, made by hand
host_process.py     process 1 of a host, and the host's own /run, /dev and /etc/ppp
process.py, pty.py  a program on a host; pppd's end of the pty that pptp talks to
tunnel.py           Tunnel: pptp on a pty; expect_clean() checks that nothing is left of it
scripted_server.py  ScriptedServer, Connection, Call: the server, message by message
pptpd.py            Debian's pptpd, without PPP in the kernel
gre_socket.py       the data of a call: sequence numbers, acknowledgements, damaged packets
wire.py, hdlc.py    RFC 2637 and RFC 1662 written a second time to check the C++ code
inject.py           a system call in another process, as an intruder would make it
process_holdings.py  what a process holds, compared with the table in doc/security.md
documented.py, reader.py   the commands that the documentation shows; a reader who types them
local_client.py     a client at the call manager's socket that may be any user and send anything
lines.py            lines of output that a test can wait for; wait_until()
programs.py         CALLGATE_PREFIX, CALLGATE_PPTP, CALLGATE_TIME_FACTOR
units.py            the machine itself, whose tunnels are systemd units
reports.py          what a failed test prints
ppp.py, ppp_tunnel.py, pppdump.py   real pppds and pptpd, if the kernel has PPP; their record
diagnosis.py        attempts that fail on purpose, and the diagnosis of their logs

Run as root: CALLGATE_PREFIX=/where/installed python3 -m pytest tests/net
"""
