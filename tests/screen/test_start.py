# SPDX-License-Identifier: GPL-2.0-or-later
"""How the window begins and ends, and what it says if it cannot."""
import subprocess

from lab.display import WINDOW


def run(desk, *words, **environment):
    return subprocess.run([WINDOW, "--root", desk.root, *words], env=desk.environment() | environment, capture_output=True, text=True)


def test_without_a_display_one_sentence_names_pptp_command(desk):
    done = run(desk, DISPLAY=":99999")
    assert done.returncode == 1
    assert "pptp-command" in done.stderr and len(done.stderr.splitlines()) == 1


def test_the_old_command_line_needs_no_display(desk):
    desk.create("work")
    done = run(desk, "work", "status", DISPLAY="")
    assert (done.returncode, done.stdout) == (1, "tunnel work is stopped\n"), done.stderr
    assert run(desk, "-q", "work", "status", DISPLAY="").stdout == ""


def test_it_opens_at_the_tunnel_that_is_named(desk, open_window):
    for name in ("alpha", "work"):
        desk.create(name, server=f"{name}.example.net")
    window = open_window("work")
    window.wait_text("work.example.net, as alice")


def test_a_tunnel_that_another_program_makes_or_deletes_appears_and_disappears(desk, open_window):
    window = open_window()
    desk.create("elsewhere")
    window.find("list item", "elsewhere")
    desk.setup("--delete", "elsewhere")
    window.wait(lambda: not window.all("list item", "elsewhere"), "the tunnel is gone from the list")
