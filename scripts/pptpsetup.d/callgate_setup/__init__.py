# SPDX-License-Identifier: GPL-2.0-or-later
"""Sets up tunnels for pppd and pptp: what pptpsetup(8) is made of.

words.py         words as pppd reads and we write them
checks.py        what a name, a password, a route may be
peers.py         the text of /etc/ppp/peers/TUNNEL
chap_secrets.py  the text of /etc/ppp/chap-secrets
routes.py        the text of /etc/ppp/callgate/TUNNEL.routes
store.py         those files: one lock, atomic replacement, modes
tunnels.py       create, edit, delete, list: texts in, changes out
passwords.py     where a password comes from
service.py       systemd, pppd: start, stop, status
arguments.py     the command line; command.py brings all together
"""
