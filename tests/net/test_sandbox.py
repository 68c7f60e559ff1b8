# SPDX-License-Identifier: GPL-2.0-or-later
"""What an intruder could still do in each of our processes: the tests try it in that process."""
import ctypes
import os
import re
import resource
import signal
import socket

import pytest

from lab import inject
from lab.lines import wait_until
from lab.process import proc_status, proc_statuses
from lab.tunnel import SLOW
from traffic import expect_traffic

pytestmark = pytest.mark.skipif(not inject.supported(), reason="system calls are injected on x86-64 only")
unsanitized = pytest.mark.ordinary_build  # sanitizers need files, and memory to execute

LANDLOCK_CREATE_RULESET = 444
NO_SUCH_CALL = {"ENOSYS", inject.ENDED}  # as built with -Dseccomp=deny, kill
KILL_EXPECTED = os.environ.get("CALLGATE_SECCOMP") == "kill"  # by scripts/test
# doc/security.md
GATEWAY_LIBRARIES = {"libc", "libm", "libgcc_s", "libstdc++", "libfmt", "libcap-ng", "libseccomp",
                     "libnettle"}
NO_PID = 1 << 22  # beyond all pids
AT_FDCWD, DIRECTORY, READ = -100, os.O_DIRECTORY, os.O_RDONLY


def has_landlock():
    return ctypes.CDLL(None).syscall(LANDLOCK_CREATE_RULESET, None, 0, 1) > 0


@pytest.fixture
def processes(net, up):
    """The pids of the three, with a call up."""
    tunnel, _ = up
    [manager] = net.managers()
    [keeper] = wait_until(lambda: keepers(net))
    wait_until(lambda: proc_status(keeper)["Seccomp"] == "2")
    return {"gateway": tunnel.process.pid, "manager": manager, "keeper": keeper}


def keepers(net):
    return [pid for pid, status in proc_statuses(net.client.running()).items()
            if status["Name"] == "pptp-routes"]


EVERYBODY = ("gateway", "manager", "keeper")


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_process_can_execute_a_program_and_none_survives_the_attempt(processes, who):
    assert inject.system_call(processes[who], "execve", "/bin/true", 0, 0) == inject.ENDED


@pytest.mark.skipif(not KILL_EXPECTED, reason="another build than that of scripts/test")
@pytest.mark.parametrize("who", EVERYBODY)
def test_the_whole_suite_runs_in_a_build_that_kills_for_any_call_on_no_list(processes, who):
    """One that is harmless, and not among those that end a process in every build."""
    assert inject.system_call(processes[who], "socket", socket.AF_UNIX, socket.SOCK_STREAM, 0) != inject.ENDED
    assert inject.system_call(processes[who], "socket", socket.AF_X25, socket.SOCK_DGRAM, 0) == inject.ENDED


@unsanitized
def test_the_gateway_has_no_library_but_those_it_is_documented_to_load(processes):
    with open(f"/proc/{processes['gateway']}/maps", encoding="ascii") as maps:
        loaded = set(re.findall(r"/([^/]+?)\.so[.\d]*$", maps.read(), re.MULTILINE))
    assert loaded - {"ld-linux-x86-64"} == GATEWAY_LIBRARIES


@unsanitized
@pytest.mark.parametrize("who", EVERYBODY)
def test_no_process_can_make_memory_executable(processes, who):
    protection = 7  # PROT_READ | PROT_WRITE | PROT_EXEC
    assert inject.system_call(processes[who], "mprotect", 0, 4096, protection) in NO_SUCH_CALL


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_process_can_send_a_signal_or_open_a_raw_socket(processes, who):
    raw = inject.system_call(processes[who], "socket", socket.AF_INET, socket.SOCK_RAW, 47)
    assert raw in NO_SUCH_CALL
    if raw != inject.ENDED:
        assert inject.system_call(processes[who], "kill", 1, 0) in NO_SUCH_CALL


@unsanitized
@pytest.mark.parametrize("who", EVERYBODY)
def test_no_process_can_abort_another(processes, who):
    """A failed assertion ends a process by tgkill(2). All our processes run as one user."""
    assert inject.system_call(processes[who], "tgkill", NO_PID, NO_PID, signal.SIGABRT) in NO_SUCH_CALL


@unsanitized
@pytest.mark.parametrize("who", ("gateway", "keeper"))
def test_gateway_and_keeper_cannot_open_a_file(processes, who):
    assert inject.system_call(processes[who], "openat", AT_FDCWD, "/etc/passwd", READ, 0) in NO_SUCH_CALL


@unsanitized
def test_the_manager_cannot_open_a_file_nor_write(processes):
    assert inject.system_call(processes["manager"], "openat", AT_FDCWD, "/run/pptp/new", os.O_CREAT | os.O_WRONLY,
                              0o600) in NO_SUCH_CALL


@unsanitized
@pytest.mark.skipif(not has_landlock(), reason="no Landlock in this kernel")
def test_the_manager_reaches_its_socket_s_directory_and_no_other(net, processes):
    def attempt(call, path, flags):
        return inject.system_call(processes["manager"], call, AT_FDCWD, path, flags, 0)
    net.client.run("touch", "/run/lab/somebody-s")
    assert attempt("openat", "/etc", READ | DIRECTORY) == "EACCES"
    assert attempt("unlinkat", "/run/lab/somebody-s", 0) == "EACCES"
    assert attempt("openat", "/run/pptp", READ | DIRECTORY) >= 0
    assert os.path.exists(net.client.path("/run/lab/somebody-s"))


def test_a_call_goes_on_after_what_was_denied(up):
    """The harness puts the process back where it was: so the other tests show what they say."""
    tunnel, call = up
    assert inject.system_call(tunnel.process.pid, "socket", socket.AF_UNIX, socket.SOCK_DGRAM, 0) > 2
    expect_traffic(tunnel, call, 1)
    assert tunnel.process.running


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_process_leaves_a_memory_image(processes, who):
    assert resource.prlimit(processes[who], resource.RLIMIT_CORE) == (0, 0)


def test_a_gateway_gets_no_more_descriptors_and_no_child(processes):
    assert resource.prlimit(processes["gateway"], resource.RLIMIT_NOFILE)[1] == 16
    assert resource.prlimit(processes["gateway"], resource.RLIMIT_NPROC) == (0, 0)


def test_a_keeper_that_replaces_another_is_confined_twice(net, processes):
    os.kill(processes["keeper"], signal.SIGKILL)

    [keeper] = wait_until(lambda: [pid for pid in keepers(net) if pid != processes["keeper"]])
    wait_until(lambda: proc_status(keeper).get("Seccomp_filters", "2") == "2", 2 * SLOW)
    assert proc_status(keeper)["NoNewPrivs"] == "1"
    assert inject.system_call(keeper, "execve", "/bin/true", 0, 0) == inject.ENDED
