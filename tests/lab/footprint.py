# SPDX-License-Identifier: GPL-2.0-or-later
"""What a long-lived process holds. A test compares it before and after many rounds."""
import os
from dataclasses import dataclass

from .process import proc_status


@dataclass(frozen=True)
class Footprint:
    descriptors: int
    resident: int  # KiB

    @classmethod
    def of(cls, pid):
        return cls(len(os.listdir(f"/proc/{pid}/fd")), int(proc_status(pid)["VmRSS"].split()[0]))


def has_grown_from(before, after, memory):
    """Why `after` is not as good as `before`; memory may have grown by so many KiB."""
    if after.descriptors > before.descriptors:
        return f"{after.descriptors - before.descriptors} descriptors leaked"
    if after.resident > before.resident + memory:
        return f"{after.resident - before.resident} KiB of memory more"
    return None
