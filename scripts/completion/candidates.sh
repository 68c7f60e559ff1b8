# SPDX-License-Identifier: GPL-2.0-or-later
# sh candidates.sh PROGRAM [WORD...] LAST: prints the words that may stand in place of LAST, one on
# each line, which ends with a tab and a description. "/files" alone stands for the names of files.
# The completion of bash, zsh and fish uses this. Options come from the help texts of the programs.
exec 2>/dev/null </dev/null

program=$1 command=$2 previous='' last=''
for word; do previous=$last last=$word; done

help() {
  case $program in
    pptpctl) pptpctl "$command" --help ;;
    pptp | pptp-command | pptpsetup) "$program" --help ;;
  esac
}
# Others choose the names of servers and files: only a word that needs no quotes is offered.
plain() { LC_ALL=C grep -xE '[A-Za-z0-9._:%@][A-Za-z0-9._:%@-]*' | sort -u; }
calls() { pptpctl dump | awk -F '\t' '$1 == "call" { print $3 }' | plain; }
servers() { pptpctl dump | awk -F '\t' '$1 == "connection" { print $3 }' | plain; }
tunnels() { find -L /etc/ppp/peers -maxdepth 1 -type f -name '[!.]*' ! -name __default | sed 's|.*/||' | plain; }
rules() { pptpctl diagnose --list | awk '{ print $2 }' | plain; }
options() {
  help | awk '$1 ~ /^--[a-z-]+$/ {
    option = $1
    sub(/^ *--[a-z-]+ +(\[?[A-Z]+\]? +)?/, "")
    print option "\t" $0
  }'
}

if [ $# = 2 ] && { [ "$program" = pptpctl ] || [ "$program" = pptp-command ]; }; then
  "$program" help | sed -n 's/^  \([a-z-]*\).*/\1/p'
  exit
fi

case $(help | awk -v option="$previous" 'option ~ /^--/ && $1 == option && $2 ~ /^\[?[A-Z]+\]?$/ { print $2 }') in
  FILE | DIR | DIRECTORY) echo /files; exit ;;
  *TUNNEL*) tunnels; exit ;;
  RULE) rules; exit ;;
  KIND) printf '%s\n' none any 128 40; exit ;;
  WAYS) printf '%s\n' any mschap-v2 mschap chap pap eap; exit ;;
  MTU) printf '%s\n' auto 0; exit ;;
  WHO) printf '%s\n' auto builtin pppd; exit ;;
  ?*) exit ;;
esac

case $program,$command,$last in
  *,-*) options ;;
  pptpctl,capture,*) [ "$previous" = capture ] && calls || echo /files ;;
  pptpctl,follow,*) tunnels ;;
  pptpctl,show,* | pptpctl,stats,*) calls ;;
  pptpctl,hangup,*) calls; tunnels; servers ;;
  pptpctl,log-level,*) printf '%s\n' error warning notice debug; calls ;;
  pptp-command,secrets,*) printf '%s\n' chap pap ;;
  pptp-command,import,*) echo /files ;;
  pptp-command,*,*) tunnels ;;
  pptp,call,*) [ "$previous" = call ] && tunnels ;;
  pptp,*) [ $# = 2 ] && echo call; servers ;;
  pptpctl,diagnose,*) servers ;;
esac
