# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of pptpctl, pptp and pptpsetup for bash. What there is to offer the programs say
# themselves, so that nothing is listed here a second time.

_callgate_candidates() {
  case ${1##*/} in
    pptpctl) "$1" complete -- "${@:2}" ;;
    *) "$1" --help </dev/null | pptpctl complete --from-help -- "${@:2}" ;;
  esac 2>/dev/null
}

_callgate() {
  # The line is cut at blanks, as bash itself would cut an IPv6 address at its colons.
  local line=${COMP_LINE:0:COMP_POINT} words cur candidate prefix
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  cur=${words[-1]}
  COMPREPLY=()
  while IFS=$'\t' read -r candidate _; do
    case $candidate in
      :files) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
      :directories) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
      *) COMPREPLY+=("$candidate"); continue ;;
    esac
    compopt -o filenames 2>/dev/null
    return
  done < <(_callgate_candidates "${words[@]}")
  prefix=${cur%"${cur##*[:=]}"}  # what readline takes for words before the one at the cursor
  COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
}

complete -F _callgate pptpctl pptp pptpsetup
