# SPDX-License-Identifier: GPL-2.0-or-later
"""pptpctl watch, on a terminal and elsewhere."""
import json
import os
import re
import signal
import time

import jsonschema
import pytest

from lab import programs
from lab.lines import wait_until
from lab.screen import Screen
from lab.tunnel import SLOW
from ppp_frames import data


@pytest.fixture
def screen():
    screen = Screen()
    yield screen
    screen.close()


@pytest.fixture
def watch(net, screen):
    """Starts pptpctl watch on the terminal."""
    def start(*words):
        process = net.client.start(programs.installed().pptpctl, "watch", *words,
                                   stdin=screen.program_end, stdout=screen.program_end)
        screen.wait(lambda s: s.pictures)
        return process
    return start


def test_it_draws_in_place_and_shows_rates(screen, watch, up):
    tunnel, call = up
    watch("0.3")
    count = screen.pictures
    for number in range(1, 1000):
        tunnel.pty.send(data(number))
        call.data.recv_data()
        screen.read(0.005)
        if screen.pictures > count + 2 and re.search(r" [1-9]\S*B/s", screen.text):
            break
    assert screen.text.count("SERVER") == 1 and screen.text.count("established") == 1
    assert re.search(r"  0B/s +[1-9]\S*B/s +-", screen.text)
    assert "1 call, every 0.3s; Ctrl-C quits" in screen.text


def test_a_call_that_ends_leaves_the_picture(net, screen, watch, up):
    watch("0.2")
    screen.wait(lambda s: "established" in s.text)
    up[0].pty.close()
    up[1].expect_hang_up()
    screen.wait(lambda s: "no control connections" in s.text)
    assert "SERVER" not in screen.text
    for pid in net.managers():
        os.kill(pid, signal.SIGTERM)
    screen.wait(lambda s: "no call manager is running" in s.text)
    net.dial()
    screen.wait(lambda s: "10.9.0.2" in s.text)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_that_ends_it_leaves_the_terminal_as_it_was(screen, watch, up, number):
    process = watch()
    process.signal(number)
    assert process.wait_exit(5 * SLOW) == -number
    screen.wait(lambda s: s.as_before)


def test_a_signal_ends_it_also_while_the_manager_does_not_answer(net, screen, watch, up):
    [manager] = net.managers()
    process = watch("0.2")
    os.kill(manager, signal.SIGSTOP)
    try:
        count = screen.pictures
        screen.read(0.5)
        assert screen.pictures <= count + 2  # it waits for an answer
        process.signal(signal.SIGINT)
        assert process.wait_exit(2 * SLOW) == -signal.SIGINT
    finally:
        os.kill(manager, signal.SIGCONT)
    assert screen.as_before


def test_the_next_picture_follows_the_size_of_the_window(net, server, screen, watch):
    for _ in range(4):
        net.dial("--logstring", "a-name-of-some-length")
        server.take_call()
    watch("0.2")
    screen.wait(lambda s: s.text.count("a-name-of-some-length") == 4)
    screen.resize(4, 30)
    screen.wait(lambda s: "... and 5 more lines" in s.text)  # Screen fails if a line is too long
    screen.resize(24, 100)
    screen.wait(lambda s: s.text.count("a-name-of-some-length") == 4)


def test_elsewhere_it_adds_lines_with_their_time(net, up):
    process = net.client.start(programs.installed().pptpctl, "watch", "0.2")
    process.wait_line("TIME .*SERVER", stream="stdout")
    wait_until(lambda: len(process.stdout.all) >= 4)
    process.signal(signal.SIGINT)
    assert process.wait_exit(5 * SLOW) == -signal.SIGINT
    first, *others = process.stdout.all
    assert len(others) >= 3 and "\x1b" not in process.stdout.text
    for line in others:
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  10.9.0.2 .* established ", line)
    assert "/s" not in others[0] and "0B/s" in others[1]


def test_an_interval_that_makes_no_sense_is_refused(net):
    for words in (["0"], ["0.1"], ["nan"], ["inf"], ["1e3"], ["7200"], ["1", "2"]):
        assert net.client.run(programs.installed().pptpctl, "watch", *words,
                              check=False).returncode == 2, words


def test_with_json_each_line_is_an_object_with_rates(net, up):
    tunnel, call = up
    schema = json.loads((programs.REPOSITORY / "doc/status.schema.json").read_text(encoding="utf-8"))
    process = net.client.start(programs.installed().pptpctl, "watch", "--json", "0.3")
    for number in range(1, 1000):
        tunnel.pty.send(data(number))
        call.data.recv_data()
        if process.stdout.find(r'"rates":\{"seconds":[^}]*"tx_bytes":[1-9]'):
            break
        time.sleep(0.005)  # the rate that is looked for
    process.stop()
    found = [json.loads(line) for line in process.stdout.all]
    for each in found:
        jsonschema.validate(each, schema)
    calls = [each["connections"][0]["calls"][0] for each in found]
    assert calls[0]["rates"] is None and calls[-1]["rates"]["tx_bytes"] > 0 and found[0]["running"]
    assert not process.stderr.text
