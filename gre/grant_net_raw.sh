#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# grant_net_raw.sh DIRECTORY GROUP: the last step of an installation. It gives pptp-gre the one
# capability that it needs, and lets only root and GROUP run it, as with pppd. Without the capability
# root can still call, and the gateway tells everybody else what is missing. Packages (DESTDIR) do
# this when they are unpacked.
program=$1/pptp-gre group=$2
PATH=$PATH:/usr/sbin:/sbin
if [ -z "${DESTDIR:-}" ] && [ "$(id -u)" = 0 ]; then
  # setcap comes last, because chgrp removes a capability. Without the group only root can call.
  chgrp "$group" "$program" 2>/dev/null || echo "there is no group $group yet: only root can call"
  chmod 0750 "$program"
  setcap cap_net_raw+p "$program" && exit 0
fi
echo "pptp-gre has no capability; only root can call, until:" \
  "chgrp $group $program && chmod 0750 $program && setcap cap_net_raw+p $program"
