#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# grant_net_raw.sh DIRECTORY GROUP: the last step of an installation gives pptp-gre the one capability
# that it needs, and to nobody but root and GROUP, as pppd itself. Without it root still can call, and
# the gateway says what is missing to everybody else; packages (DESTDIR) do it when they are unpacked.
program=$1/pptp-gre group=$2
PATH=$PATH:/usr/sbin:/sbin
if [ -z "${DESTDIR:-}" ] && [ "$(id -u)" = 0 ]; then
  # In this order: chown takes a capability away. Without the group nobody but root is left.
  chgrp "$group" "$program" 2>/dev/null || echo "there is no group $group yet: only root can call"
  chmod 0750 "$program"
  setcap cap_net_raw+p "$program" && exit 0
fi
echo "pptp-gre has no capability; only root can call, until:" \
  "chgrp $group $program && chmod 0750 $program && setcap cap_net_raw+p $program"
