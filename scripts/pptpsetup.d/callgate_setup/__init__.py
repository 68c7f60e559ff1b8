# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of pptpsetup(8), which sets up tunnels for pppd and pptp.

words.py         words as pppd reads them and as we write them
checks.py        which names, passwords and routes are valid
peers.py         the text of /etc/ppp/peers/TUNNEL
link.py          settings of the link in that file: encryption, ways to log in, pptp's options
chap_secrets.py  the text of /etc/ppp/chap-secrets
pap.py           the secret in /etc/ppp/pap-secrets
routes.py        the text of /etc/ppp/callgate/TUNNEL.routes
dns.py           the text of /etc/ppp/callgate/TUNNEL.dns
store.py         reads and writes these files: one lock, atomic replacement, modes
tunnels.py       create, edit, delete and list: takes texts, returns changes
rename.py        a tunnel gets another name
repair.py        faults of the files that are mended without a question
passwords.py     gets the password
service.py       start, stop and status, by systemd or pppd
foreign.py       tunnels in the files of other programs
found.py         such a tunnel: every field of the file, and what becomes of it
from_*.py        the readers of these files
old_command.py   the comments that the old pptp-command wrote into peers files
php.py           the format of PHP's serialize()
states.py        the state of all tunnels
arguments.py     the command line and its help
command.py       main: does what the command line asks for
"""
