# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of pptpctl, pptp and pptpsetup for fish. What there is to offer the programs say
# themselves, so that nothing is listed here a second time.
function __callgate_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    if test (basename $program) = pptpctl
        $program complete -- $words 2>/dev/null
    else
        $program --help 2>/dev/null </dev/null | pptpctl complete --from-help -- $words 2>/dev/null
    end | while read -l line
        switch $line
            case ':files*'
                __fish_complete_path (commandline -ct)
            case ':directories*'
                __fish_complete_directories (commandline -ct)
            case '*'
                printf '%s\n' $line
        end
    end
end
