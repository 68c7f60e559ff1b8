# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the programs under test are, and how slow they may be."""
import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SANITIZER_FACTOR = 4  # address and undefined sanitizers together, measured generously


@dataclass(frozen=True)
class Programs:
    pptp: str
    pptpctl: str
    gateway: str
    callmgr: str
    test_server: str


def prefix():
    """CALLGATE_PREFIX (default: build/stage)."""
    return Path(os.environ.get("CALLGATE_PREFIX") or REPOSITORY / "build" / "stage").resolve()


def installed():
    """What is below prefix(); CALLGATE_PPTP is a pptp in its place."""
    return Programs(pptp=os.environ.get("CALLGATE_PPTP") or str(prefix() / "sbin/pptp"),
                    pptpctl=str(prefix() / "bin/pptpctl"),
                    gateway=str(prefix() / "libexec/callgate/pptp-gre"),
                    callmgr=str(prefix() / "libexec/callgate/pptp-callmgr"),
                    test_server=str(prefix().parent / "tests/server/pptp-test-server"))  # never installed


def time_factor():
    """What time limits are multiplied by: CALLGATE_TIME_FACTOR, else 1, more with sanitizers."""
    if "CALLGATE_TIME_FACTOR" in os.environ:
        return float(os.environ["CALLGATE_TIME_FACTOR"])
    return SANITIZER_FACTOR if sanitized() else 1


def sanitized():
    """Whether they were built with sanitizers."""
    try:
        with open(installed().gateway, "rb") as program:
            return b"__asan_init" in program.read()
    except FileNotFoundError:
        return False
