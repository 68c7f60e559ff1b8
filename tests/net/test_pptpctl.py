# SPDX-License-Identifier: GPL-2.0-or-later
"""What pptpctl prints about real calls: for people, for scripts, and for Prometheus."""
import json
import os
import re
import stat
import time

import jsonschema
import pytest
from prometheus_client import parser

from golden import expect_golden
from lab import programs
from lab.documented import manual_pages
from lab.lines import wait_until
from lab.wire import StartControlConnectionReply, StartControlConnectionRequest
from ppp_frames import data

SCHEMA = json.loads((programs.REPOSITORY / "doc/status.schema.json").read_text(encoding="utf-8"))
COMMANDS = ([], ["status"], ["status", "--json"], ["stats"], ["metrics"], ["dump"])


def ctl(net, *words, check=True):
    return net.client.run(programs.installed().pptpctl, *words, check=check)


@pytest.fixture
def busy(net, server):
    """A call called "office" with three frames received, one lost, and two sent."""
    tunnel = net.dial("--logstring", "office", "--timeout", "0.1")
    call = net.wait_up(server.take_call())
    for number in (0, 1, 3):
        call.data.send(data(number), seq=number)
    for number in range(2):
        tunnel.pty.send(data(number))
        call.data.recv_data()
    wait_until(lambda: tunnel.statistics()["rx accepted"] == 3)
    return tunnel, call


def only_call(net):
    [connection] = net.status()["connections"]
    [call] = connection["calls"]
    return call


def normalised(text, call):
    """The text without call ids, ports and times, which differ each time. The columns keep their widths."""
    for word, number in (("CALL", call.client_call_id), ("PEER", call.call_id)):
        text = re.sub(rf"\b{number}\b", lambda m, w=word: w.ljust(len(m[0])), text)
    return re.sub(r"\b(\d+d\d\dh|\d+h\d\dm|\d+m\d\ds|\d+s)\b", lambda m: "T".rjust(len(m[0])), text)


# --- for people -----------------------------------------------------------------------------------

def test_the_table_is_as_the_golden_file_has_it(net, busy):
    text = normalised(ctl(net).stdout, busy[1])
    # The column is as wide as the call id.
    expect_golden("status.txt", re.sub(" +", " ", text))


def test_show_tells_all_of_a_call_by_its_id_or_its_name(net, busy):
    by_name = ctl(net, "show", "office").stdout
    values = dict(re.split(r": +", line, maxsplit=1) for line in by_name.splitlines())
    assert values["call"] == str(busy[1].client_call_id)
    assert values["server"] == values["server address"] == net.server.address
    assert (values["rx accepted"], values["rx lost"], values["loss"]) == ("3", "1", "25.00%")
    assert values["owner"] == "root" and values["gateway pid"] in (
        str(busy[0].process.pid), str(busy[0].process.inner_pid))
    by_id = ctl(net, "show", str(busy[1].client_call_id)).stdout
    assert [line.split(":")[0] for line in by_id.splitlines()] == list(values)


def test_a_call_that_is_not_there_or_not_the_only_one_is_named(net, server, busy):
    shown = ctl(net, "show", "home", check=False)
    assert shown.returncode == 1 and "there is no call 'home'" in shown.stderr
    net.dial("--logstring", "office")
    server.take_call()
    shown = ctl(net, "show", "office", check=False)
    assert shown.returncode == 1 and "2 calls have the name 'office'" in shown.stderr
    assert ctl(net, "show", check=False).returncode == 2


def test_stats_are_those_of_the_gateway_s_own_dump(net, busy):
    """stats has the same names and numbers as the dump that SIGUSR1 asks for."""
    shown = {re.sub(" +", " ", m[1]): int(m[2]) for line in ctl(net, "stats").stdout.splitlines()
             if (m := re.match(r"  (\w[\w ]*?) +(\d+)\b", line))}
    counted = busy[0].statistics()
    for text in "rx idle", "tx idle":  # these change without traffic
        assert shown.pop(text) > 0 and counted.pop(text) > 0
    assert shown == counted


def test_rates_are_of_the_interval_and_not_of_the_whole_call(net, busy):
    assert "/s" not in ctl(net, "stats", "office").stdout
    quiet = ctl(net, "stats", "office", "--interval", "0.3").stdout
    rates = re.findall(r"(\S+)/s", quiet)
    assert len(rates) == 33 and set(rates) == {"0.0"}
    for wrong in ("0", "1e9", "x", "-1"):
        assert ctl(net, "stats", "--interval", wrong, check=False).returncode == 2


def test_a_rate_counts_what_passes_meanwhile(net, busy):
    tunnel, call = busy
    process = net.client.start(programs.installed().pptpctl, "stats", "--interval", "1.0")
    count = 0
    while process.running:
        tunnel.pty.send(data(count))
        call.data.recv_data()
        count += 1
        time.sleep(0.01)  # the time that is measured
    assert process.wait_exit() == 0  # and all that it has printed is here
    [sent] = re.findall(r"tx sent .* (\S+)/s", process.stdout.text)
    assert 1 < float(sent) <= 2 * count  # the gateway's second may be shorter than the test's


# --- for scripts ----------------------------------------------------------------------------------

def test_the_dump_is_as_the_golden_file_has_it(net, busy):
    lines = [line.split("\t") for line in ctl(net, "dump").stdout.splitlines()]
    connection, call = lines
    status = only_call(net)
    assert call[2:4] == [str(busy[1].client_call_id), str(busy[1].call_id)]
    assert call[7] == str(status["pid"]) and int(call[9]) <= status["up_milliseconds"]
    count = len(status["statistics"])
    assert [int(column) for column in call[10:8 + count]] == list(status["statistics"].values())[:-2]
    assert call[10 + count:] == ["-", "-"]  # tunnel and interface
    connection[10] = "AGE"
    call[2], call[3], call[7], call[8], call[9] = "CALL", "PEER", "PID", "AGE", "UPTIME"
    # These change without traffic: acknowledgements sent, round trip, patience, the socket's buffers, idle times.
    for gauge in (10 + 12, 10 + 14, 10 + 18, 10 + 26, 10 + 27, 10 + 39, 10 + 40):
        call[gauge] = "N"
    expect_golden("dump.txt", "".join("\t".join(line) + "\n" for line in lines))


def test_the_manual_page_names_every_column(net, busy):
    page = manual_pages()["pptpctl.1"].read_text(encoding="utf-8")
    frozen = [text.split() for text in re.findall(r"^\.Bd .*\n((?:call|connection) [^.]*)\.Ed", page, re.M)]
    lines = [line.split("\t") for line in ctl(net, "dump").stdout.splitlines()]
    assert [(columns[0], len(columns)) for columns in frozen] == [(line[0], len(line)) for line in lines]
    assert frozen[1][10:] == [*(re.sub("(?<!^.x)_(bytes|microseconds)$", "", key)
                                for key in SCHEMA["$defs"]["statistics"]["required"]), "TUNNEL", "INTERFACE"]


def validated(text):
    status = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(status)
    return status


def test_json_is_valid_by_the_schema_at_each_stage_of_a_call(net, server):
    validated(ctl(net, "status", "--json").stdout)
    net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    [seen] = validated(ctl(net, "status", "--json").stdout)["connections"]
    assert seen["calls"][0]["state"] == "waiting-connection"
    assert seen["calls"][0]["statistics"] is None
    connection.send(StartControlConnectionReply())
    server.answer_call(connection)
    wait_until(lambda: only_call(net)["statistics"])
    validated(ctl(net, "status", "--json").stdout)


def test_the_schema_knows_every_member_and_can_refuse(net, busy):
    status = validated(ctl(net, "status", "--json").stdout)
    [connection] = status["connections"]
    assert list(connection) == SCHEMA["$defs"]["connection"]["required"]
    [call] = connection["calls"]
    assert list(call) == SCHEMA["$defs"]["call"]["required"]
    assert list(call["statistics"]) == SCHEMA["$defs"]["statistics"]["required"]
    call["statistics"]["rx_lost"] = -1
    with pytest.raises(jsonschema.ValidationError):
        validated(json.dumps(status))


# --- for Prometheus -------------------------------------------------------------------------------

def samples(families):
    return {sample.name: sample for family in families for sample in family.samples}


def of_one_answer(net, ask):
    """The metrics that `ask` gets, and the call's statistics. The manager keeps an answer of a gateway for a moment only."""
    def both():
        families, counted = list(ask()), only_call(net)["statistics"]
        idle = samples(families)["pptp_call_rx_idle_seconds"].value
        return round(idle * 1e6) == counted["rx_idle_microseconds"] and (families, counted)
    return wait_until(both, what="metrics and statistics from one answer")


def expect_figures(found, counted):
    assert found["pptp_callmgr_running"].value == 1
    assert found["pptp_call_rx_lost_total"].value == 1
    assert found["pptp_call_tx_sent_total"].labels["name"] == "office"
    for key, value in counted.items():
        stem = "pptp_call_" + key.replace("_microseconds", "_seconds")
        metric = found.get(stem) or found[stem + "_total"]
        assert metric.value == pytest.approx(value / (1e6 if "_microseconds" in key else 1)), key


def test_prometheus_can_read_the_metrics(net, busy):
    families, counted = of_one_answer(net, lambda: parser.text_string_to_metric_families(ctl(net, "metrics").stdout))
    expect_figures(samples(families), counted)
    assert {family.type for family in families} == {"counter", "gauge"}  # and no "unknown"
    assert all(family.documentation.endswith(".") for family in families)


def test_a_text_file_has_the_same_metrics_and_is_replaced_in_one_step(net, busy):
    net.client.write_file("/run/lab/pptp.prom", "old\n", mode=0o600)
    path = net.client.path("/run/lab/pptp.prom")
    before = os.stat(path).st_ino
    assert ctl(net, "metrics", "--textfile", "/run/lab/pptp.prom").stdout == ""
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o644 and os.stat(path).st_ino != before

    def written_again():
        ctl(net, "metrics", "--textfile", "/run/lab/pptp.prom")
        with open(path, encoding="ascii") as text:
            return list(parser.text_fd_to_metric_families(text))
    families, counted = of_one_answer(net, written_again)
    expect_figures(samples(families), counted)
    assert not [name for name in os.listdir(os.path.dirname(path)) if name.startswith(".pptp")]


def test_a_text_file_that_cannot_be_written_is_named(net):
    failed = ctl(net, "metrics", "--textfile", "/run/lab/none/pptp.prom", check=False)
    assert failed.returncode == 1
    assert "/run/lab/none/.pptp.prom" in failed.stderr and "No such file" in failed.stderr


# --- without a manager ----------------------------------------------------------------------------

def test_without_a_manager_every_answer_is_empty_and_no_failure(net):
    for words in COMMANDS:
        assert ctl(net, *words).returncode == 0, words
    assert "pptp_callmgr_running 0" in ctl(net, "metrics").stdout
    assert ctl(net, "dump").stdout == ""
    assert ctl(net, "show", "office", check=False).returncode == 1
