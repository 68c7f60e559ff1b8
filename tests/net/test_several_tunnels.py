# SPDX-License-Identifier: GPL-2.0-or-later
"""Several tunnels from one client through one call manager do not affect each other."""
import pytest

from lab.lines import wait_until
from lab.scripted_server import ScriptedServer
from lab.tunnel import SLOW, expect_clean
from lab.wire import CallClearRequest
from ppp_frames import data
from traffic import expect_traffic


def test_each_call_has_a_connection_of_its_own_by_default(net, server):
    tunnels, calls = [], []
    for _ in range(3):
        tunnels.append(net.dial())
        calls.append(server.answer_call(server.establish(maximum_channels=0)))
    assert len({call.connection.client_port for call in calls}) == 3
    assert len({call.client_call_id for call in calls}) == 3
    for number, pair in enumerate(zip(tunnels, calls)):
        expect_traffic(*pair, 10 * number)
    assert len(net.managers()) == 1
    for tunnel, call in zip(tunnels, calls):
        tunnel.pty.close()
        call.expect_hang_up()
    expect_clean(net.client)


def test_data_of_one_tunnel_never_reaches_another(net, server):
    pairs = [(net.dial(), server.take_call()) for _ in range(3)]
    for number in range(30):
        for offset, (tunnel, call) in enumerate(pairs):
            call.data.send(data(1000 * offset + number))
            tunnel.pty.send(data(1000 * offset + number))
    for offset, (tunnel, call) in enumerate(pairs):
        expected = [data(1000 * offset + number) for number in range(30)]
        assert [tunnel.pty.recv() for _ in range(30)] == expected
        assert [call.data.recv_data().gre.payload for _ in range(30)] == expected
        assert tunnel.pty.recv_all(0.1) == []


def test_one_tunnel_s_end_leaves_the_others_alone(net, server):
    pairs = [(net.dial(), server.take_call()) for _ in range(3)]
    pairs[0][1].connection.reset()
    assert pairs[0][0].wait_exit(1) == 8
    pairs[1][0].pty.close()
    pairs[1][1].expect_hang_up()
    expect_traffic(*pairs[2], 5)


@pytest.mark.parametrize("maximum, connections", [(1, 4), (2, 2), (4, 1), (0, 1)])
def test_shared_connections_take_as_many_calls_as_announced(net, server, maximum, connections):
    """Maximum Channels of the Start-Control-Connection-Reply; 0 is no limit."""
    open_connections, pairs = [], []
    for number in range(4):
        tunnel = net.dial("--share-control")
        if not open_connections or (maximum and number % maximum == 0):
            open_connections.append(server.establish(maximum_channels=maximum))
        pairs.append((tunnel, server.answer_call(open_connections[-1])))
    server.expect_no_connection(0.2)
    assert len(open_connections) == connections
    assert len({call.client_call_id for _, call in pairs}) == 4
    for number, pair in enumerate(pairs):
        expect_traffic(*pair, 10 * number)


def test_a_shared_connection_lives_until_its_last_call_ends(net, server):
    connection = None
    pairs = []
    for _ in range(2):
        tunnel = net.dial("--share-control")
        connection = connection or server.establish(maximum_channels=2)
        pairs.append((tunnel, server.answer_call(connection)))
    pairs[0][0].pty.close()
    pairs[0][1].expect_hang_up(last=False)
    connection.expect_nothing(0.3)
    expect_traffic(*pairs[1], 5)
    pairs[1][0].pty.close()
    pairs[1][1].expect_hang_up(last=True)
    expect_clean(net.client)


def test_a_notice_for_one_call_of_a_shared_connection_ends_only_that_call(net, server):
    first = net.dial("--share-control")
    connection = server.establish(maximum_channels=2)
    first_call = server.answer_call(connection)
    second = net.dial("--share-control")
    second_call = server.answer_call(connection)
    first_call.disconnect()
    assert first.wait_exit(1) == 9
    expect_traffic(second, second_call, 3)


def test_the_loss_of_a_shared_connection_ends_all_its_calls(net, server):
    first = net.dial("--share-control")
    connection = server.establish(maximum_channels=2)
    server.answer_call(connection)
    second = net.dial("--share-control")
    server.answer_call(connection)
    connection.reset()
    assert (first.wait_exit(1), second.wait_exit(1)) == (8, 8)
    expect_clean(net.client)


def test_a_call_that_does_not_share_stays_alone_beside_one_that_does(net, server):
    net.dial("--share-control")
    server.answer_call(server.establish(maximum_channels=0))
    net.dial()
    server.answer_call(server.establish(maximum_channels=0))
    net.dial("--share-control")
    server.answer_call(server.connections[0])


def test_options_of_one_tunnel_are_not_the_next_one_s(net, server):
    """The peer's defect 12: a second tunnel got the first one's --phone and --idle-wait."""
    net.dial("--phone", "111", "--client-hostname", "one")
    first = server.take_call()
    net.dial()
    second = server.take_call()
    net.dial("--phone", "333")
    third = server.take_call()
    assert [call.request.phone_number for call in (first, second, third)] == [b"111", b"", b"333"]
    names = [call.connection.start_request.host_name for call in (first, second, third)]
    assert names[0] == b"one" and b"one" not in names[1:]


def test_marks_quirks_and_timers_of_one_tunnel_are_not_the_next_one_s(net, server):
    first_tunnel = net.dial("--rtmark", "42", "--quirks", "BEZEQ_ISRAEL", "--idle-wait", "0.3")
    first = server.take_call()
    second_tunnel = net.dial()
    second = server.take_call()
    assert second.request.phone_number == b"" and second.request.bearer_type == 3
    assert second.connection.start_request.vendor.startswith(b"Callgate")
    second.connection.answer_echoes = False
    second.connection.expect_nothing(0.8)  # neither a Set-Link-Info nor an echo
    net.client.nft("table ip marks { chain out { type filter hook output priority 0\n"
                   "ip protocol gre meta mark 42 drop\n }\n }\n")
    first_tunnel.pty.send(data(1))
    second_tunnel.pty.send(data(2))
    assert second.data.recv_data().gre.payload == data(2)
    assert first.data.gre.drain(0.2) == []


def test_a_server_that_does_not_answer_keeps_no_other_tunnel_waiting(net, server):
    """The peer's defect 16: connect() that blocks."""
    net.server.ip("address", "add", "10.9.0.77/24", "dev", "eth0")
    net.server.nft("table ip hole { chain in { type filter hook input priority 0\n"
                   "ip daddr 10.9.0.77 tcp dport 1723 drop\n }\n }\n")
    waiting = net.dial(server="10.9.0.77")
    wait_until(lambda: [s for s in net.client.sockets("tcp") if s.state == "SYN_SENT"])
    tunnel = net.dial()
    expect_traffic(tunnel, server.take_call(1.0 * SLOW), 1)
    assert waiting.process.running


def test_a_call_in_a_shared_connection_has_its_own_phone_number(net, server):
    net.dial("--share-control", "--phone", "111")
    connection = server.establish(maximum_channels=0)
    first = server.answer_call(connection)
    net.dial("--share-control")
    second = server.answer_call(connection)
    assert (first.request.phone_number, second.request.phone_number) == (b"111", b"")


def test_tunnels_that_want_different_timers_do_not_share(net, server):
    net.dial("--share-control", "--idle-wait", "30")
    server.answer_call(server.establish(maximum_channels=0))
    net.dial("--share-control", "--idle-wait", "0")
    server.answer_call(server.establish(maximum_channels=0))


def test_the_call_id_option_sets_ours_and_refuses_one_in_use(net, server):
    first = net.dial("--call-id", "4242")
    call = server.take_call()
    assert call.client_call_id == 4242
    second = net.dial("--call-id", "4242")
    second.expect_failure(6, "4242", "in use", within=2)
    expect_traffic(first, call, 1)


def test_a_tunnel_restarted_at_once_after_its_end_works(net, server):
    """The peer's defect 13: no traffic for a minute."""
    for number in range(3):
        tunnel = net.dial()
        call = server.take_call()
        expect_traffic(tunnel, call, 10 * number)
        tunnel.pty.close()
        assert call.connection.expect(CallClearRequest).call_id == call.client_call_id
        # The server never sends its notice: the next tunnel comes up while the old call hangs.


def test_two_servers_at_once(net, server):
    net.server.ip("address", "add", "10.9.0.77/24", "dev", "eth0")
    with ScriptedServer(net.server, "10.9.0.77") as other:
        one, two = net.dial(), net.dial(server="10.9.0.77")
        one_call, two_call = server.take_call(), other.take_call()
        expect_traffic(one, one_call, 1)
        expect_traffic(two, two_call, 1)
