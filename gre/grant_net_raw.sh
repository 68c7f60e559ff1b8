#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# grant_net_raw.sh DIRECTORY: the last step of an installation gives pptp-gre the one capability that
# it needs, so that users other than root can call. Without it root still can, and the gateway says
# what is missing to everybody else; packages (DESTDIR) do it when they are unpacked.
program=$1/pptp-gre
PATH=$PATH:/usr/sbin:/sbin
[ -z "${DESTDIR:-}" ] && [ "$(id -u)" = 0 ] && setcap cap_net_raw+p "$program" && exit 0
echo "pptp-gre has no capability; only root can call, until: setcap cap_net_raw+p $program"
