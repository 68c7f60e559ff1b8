# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of pptp-command(8), which has the text menus of pptp-linux. Tunnels are written by callgate_setup.

terminal.py      asks the user: lines, passwords, menus
files.py         the tunnels that there are, and the default one
predefined.py    the servers in the files of /etc/pptp.d
secrets.py       the menus of chap-secrets and pap-secrets
tunnel_menus.py  the menus that list, add, change, import and delete tunnels
running.py       start, stop and status
stages.py        what is shown while a tunnel starts
command.py       main: the subcommands and the first menu
"""
