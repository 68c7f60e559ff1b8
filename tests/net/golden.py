# SPDX-License-Identifier: GPL-2.0-or-later
"""Files with the expected output of a program. CALLGATE_GOLDEN=write writes them again."""
import os
from pathlib import Path

FILES = Path(__file__).parent / "golden"


def expect_golden(name, text):
    path = FILES / name
    if os.environ.get("CALLGATE_GOLDEN") == "write":
        path.write_text(text, encoding="ascii")
    assert text == path.read_text(encoding="ascii"), f"not as in {path}"
