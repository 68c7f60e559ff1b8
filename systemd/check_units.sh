#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# check_units.sh SYSTEMD-ANALYZE DIRECTORY: checks the exposure of the units in DIRECTORY. According to
# `systemd-analyze security` it is at most 1.5 for the manager, 5 for a tunnel, 1 for the metrics, and 5 for the
# rules of tunnels and the watch over them.
set -eu
analyze=$1 directory=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$directory"/pptp-callmgr.service "$directory"/pptp-callmgr.socket "$directory"/pptp-metrics.* "$directory"/pptp-egress*.service \
  "$work"
cp "$directory"/pptp@.service "$work/pptp@work.service"
status=0

expose() {
  echo "== $1: at most $2 / 10"
  "$analyze" security --offline=true --no-pager --threshold="$2" "$work/$1" >"$work/report" || {
    status=1
    cat "$work/report"
  }
  tail -n 1 "$work/report"
}

expose pptp-callmgr.service 15
expose pptp@work.service 50
expose pptp-metrics.service 10
expose pptp-egress.service 50
expose pptp-egress-watch.service 50
exit $status
