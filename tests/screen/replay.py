#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""pptp call TUNNEL, which prints the log $REPLAY_LOGS/TUNNEL. If TUNNEL.stays exists too, it stays until it is ended.
TUNNEL.running has its pid meanwhile."""
import os
import signal
import sys
import time
from pathlib import Path

PAUSE = 0.005  # s, between two lines, as a server that is near
tunnel = sys.argv[sys.argv.index("call") + 1]
logs = Path(os.environ["REPLAY_LOGS"])
running = logs / f"{tunnel}.running"
running.write_text(str(os.getpid()))


def end(status):
    running.unlink()
    sys.exit(status)


signal.signal(signal.SIGTERM, lambda *_: end(5))  # the status of pppd
for line in (logs / tunnel).read_text().splitlines():
    print(line, flush=True)
    time.sleep(PAUSE)
if (logs / f"{tunnel}.stays").exists():
    signal.pause()
end(16)
