# SPDX-License-Identifier: GPL-2.0-or-later
"""pptpctl follow: the stages of a tunnel while it comes up, and the cause while it fails."""
import datetime
import json
import os

import jsonschema
import pytest

from lab import programs
from lab.engine import LOCAL, REMOTE, EngineServer, EngineTunnel, know_secrets
from lab.lines import wait_until
from lab.own_time import EVENT, Stopwatch
from lab.tunnel import SLOW

SCHEMA = json.loads((programs.REPOSITORY / "doc/follow.schema.json").read_text(encoding="utf-8"))
SAMPLES = programs.REPOSITORY / "tests/diagnose/samples"
STAGES = ["control", "call", "lcp-heard", "lcp-up", "authenticated", "mppe", "ipcp", "ip-up"]
SOON = 1  # s, from the line that shows a failure to its finding


def events(lines):
    found = [json.loads(line) for line in lines]
    for event in found:
        jsonschema.validate(event, SCHEMA)
    return found


class Followed:
    """A tunnel of the built-in engine whose log goes to pptpctl follow through a pipe."""

    def __init__(self, net, *options):
        know_secrets(net.client)
        self.net, (read_end, write_end) = net, os.pipe()
        self.follow = net.client.start(programs.installed().pptpctl, "follow", "--log", "-", "--json", stdin=read_end)
        self.tunnel = EngineTunnel(net.client, net.server.address, "debug", *options, stderr=write_end,
                                   pptp_options=("--loglevel", "2"), env=net.environment())
        os.close(read_end)
        os.close(write_end)

    def wait(self, kind):
        """The first event of this kind."""
        return json.loads(self.follow.stdout.wait(f'"event":"{kind}"').string)

    def end(self):
        self.tunnel.process.stop()
        return self.end_by_itself()

    def end_by_itself(self):
        self.tunnel.process.wait_exit(EVENT)
        self.follow.wait_exit()
        assert not self.follow.stderr.text
        return events(self.follow.stdout.all)


def test_the_stages_of_a_live_tunnel_come_in_order_with_their_times(net):
    EngineServer(net.server, "--mppe", "128")
    net.client.write_file("/etc/ppp/ip-up", "#!/bin/sh\n", mode=0o755)
    followed = Followed(net, "require-mppe-128")
    up = followed.wait("up")
    assert (up["interface"], up["local"], up["remote"]) == ("ppp0", REMOTE, LOCAL)
    wait_until(lambda: followed.follow.stdout.find('"stage":"ip-up"'), what="ip-up")
    found = followed.end()
    assert found[0]["event"] == "attempt"
    stages = [event["stage"] for event in found if event["event"] == "stage"]
    assert stages == STAGES
    times = [datetime.datetime.fromisoformat(event["time"].rstrip("Z")) for event in found]
    assert times == sorted(times) and times[0] < times[-1]
    assert found[-1]["event"] == "down" and found[-1]["verdict"] == "healthy"
    assert not [event for event in found if event["event"] == "finding" and event["finding"]["severity"] == "problem"]


def test_a_wrong_password_is_told_with_its_cause(net):
    EngineServer(net.server, "--password", "another")
    found = Followed(net).end_by_itself()
    assert [event["finding"]["rule"] for event in found if event["event"] == "finding"][-1] == "chap-failed"
    assert found[-1]["event"] == "down" and found[-1]["rule"] == "chap-failed" and found[-1]["stage"] == "lcp-up"


def test_a_failure_is_told_within_a_second_of_the_line_that_shows_it_and_the_log_stays_open(net):
    follow = net.client.start(programs.installed().pptpctl, "follow", "--log", "-", "--json", stdin="pipe")
    follow.write(b"pppd[7]: Using interface ppp0\n")
    follow.stdout.wait('"event":"attempt"')
    follow.write(b"pppd[7]: CHAP authentication failed\n")
    watch = Stopwatch()
    follow.stdout.wait('"event":"finding".*"rule":"chap-failed"')
    assert watch.own_seconds < SOON * SLOW
    follow.write(b"pppd[7]: Connection terminated.\n")
    follow.stdout.wait('"event":"down".*"rule":"chap-failed"')
    assert follow.stop() is not None


@pytest.mark.parametrize("sample", ["chap-failed", "gre-nothing-heard", "healthy"])
def test_a_log_is_followed_to_its_end_with_the_status_of_its_diagnosis(net, sample):
    path = sorted((SAMPLES / sample).glob("*.log"))[-1]
    text = path.read_text(encoding="utf-8", errors="replace")
    net.client.write_file("/run/lab/follow.log", text)
    log = ("--log", "/run/lab/follow.log", "--json")
    followed = net.client.run(programs.installed().pptpctl, "follow", *log, check=False)
    diagnosed = net.client.run(programs.installed().pptpctl, "diagnose", *log, check=False)
    assert followed.returncode == diagnosed.returncode and not followed.stderr
    diagnosis, found = json.loads(diagnosed.stdout), events(followed.stdout.splitlines())
    last = [event["finding"] for event in found if event["event"] == "finding" and event["attempt"] == diagnosis["attempt"]]
    assert last[-1:] == diagnosis["findings"][:1]
    assert {event["time"] for event in found} == {None}


def test_people_get_the_stages_and_the_cause_as_text(net):
    text = (SAMPLES / "chap-failed/positive-old.log").read_text(encoding="utf-8")
    done = net.client.run(programs.installed().pptpctl, "follow", "--log", "-", input=text, check=False)
    assert "attempt 1: " in done.stdout and "  lcp-up  " in done.stdout
    assert "  most probable cause: " in done.stdout and "[chap-failed, " in done.stdout and "what to do:" in done.stdout


@pytest.mark.parametrize("words", [(), ("work", "--log", "-")], ids=["neither", "both"])
def test_follow_takes_a_tunnel_or_a_log(net, words):
    done = net.client.run(programs.installed().pptpctl, "follow", *words, check=False)
    assert done.returncode == 2 and done.stderr == "pptpctl: follow: takes one of TUNNEL and --log FILE\n"
