# SPDX-License-Identifier: GPL-2.0-or-later
"""Peers files as people have them, word for word except for the server, the user and the password.

Each has the places {server}, {more} (options of pptp at the end of the pty line) and {password}. The user is alice.
"""

# pptpsetup --create work --server S --username alice --encrypt
PPTPSETUP = """# written by pptpsetup
pty "exec pptp {server} --nolaunchpppd{more}"
lock
noauth
nobsdcomp
nodeflate
name alice
remotename work
ipparam work
require-mppe-128
lcp-echo-interval 15
lcp-echo-failure 4
"""
# the HOWTO of pptp-linux
HOWTO = """pty "pptp {server} --nolaunchpppd{more}"
name alice
remotename PPTP
require-mppe-128
file /etc/ppp/options.pptp
ipparam work
"""
# the container image vimagick/pptp
IMAGE = """pty "pptp {server} --nolaunchpppd{more}"
name "alice"
password "{password}"
remotename PPTP
require-mppe-128
file /etc/ppp/options.pptp
ipparam "vpn"
"""
# the egress panel of 2026
PANEL = """pty "'/usr/sbin/pptp' '{server}' --nolaunchpppd --nohostroute --logstring 'pptp-out-a'{more}"
nodetach
ifname pptp-a
linkname a
ipparam a
noauth
user alice
password {password}
nodefaultroute
nolock
lcp-echo-interval 20
lcp-echo-failure 3
"""
# beside the files of the HOWTO and of the image
OPTIONS_PPTP = """lock
noauth
refuse-pap
refuse-eap
refuse-chap
refuse-mschap
nobsdcomp
nodeflate
"""
