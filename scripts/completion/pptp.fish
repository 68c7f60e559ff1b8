# SPDX-License-Identifier: GPL-2.0-or-later
complete -c pptp -f -a '(__callgate_complete)'
