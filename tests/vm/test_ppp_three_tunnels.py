# SPDX-License-Identifier: GPL-2.0-or-later
"""Three tunnels from one client address to one pptpd. With pptp-linux one of three works."""
from lab import ppp
from lab.ppp_tunnel import iperf_result

SECONDS = 30
SLOWLY = ("--bitrate", "150K", "--length", "1K")  # each; an emulated processor is slow
LONGEST_SILENCE = 2  # s, for the same reason


def test_three_tunnels_started_at_once_all_pass_traffic_for_30_s(client, server):
    tunnels = [client.dial(server, user) for user in ppp.USERS]
    for tunnel in tunnels:
        tunnel.wait_up(60)
    assert len({(t.device, t.local_ip, t.peer_ip) for t in tunnels}) == 3

    directions = ((), ("--reverse",), ())
    runs = [tunnel.start_iperf(SECONDS, *SLOWLY, *direction, port=5201 + n)
            for n, (tunnel, direction) in enumerate(zip(tunnels, directions))]
    for tunnel, run in zip(tunnels, runs):
        result = iperf_result(run, SECONDS)
        silence = longest_silence(result["intervals"])
        assert silence <= LONGEST_SILENCE, f"{tunnel.user}: {silence} s without a byte"

    for tunnel in tunnels:
        assert tunnel.pppd.running
        tunnel.ping()


def longest_silence(intervals):
    """Seconds in a row in which iperf3 moved nothing."""
    longest = now = 0
    for interval in intervals:
        now = 0 if interval["sum"]["bytes"] else now + 1
        longest = max(longest, now)
    return longest


def test_hanging_one_up_leaves_the_others_alone(client, server):
    first, second, third = [client.dial(server, user) for user in ppp.USERS]
    for tunnel in (first, second, third):
        tunnel.wait_up(60)
    second.hang_up()
    assert second.wait_pptp_exit(1) == 0
    for tunnel in (first, third):
        tunnel.ping()
    again = client.dial(server, second.user).wait_up()
    for tunnel in (first, again, third):
        tunnel.ping()
