#!/usr/bin/env bash
# Two laptops and a team server: edits made offline, joined without losing a word.
#
#   OFFBOOK=.build/debug/offbook Tests/Demo/demo.sh
#
# Everything happens in a temporary directory, which is removed at the end.
set -euo pipefail

OFFBOOK=$(realpath -e "${OFFBOOK:?set OFFBOOK to the offbook binary; make demo does}")
unset "${!OFFBOOK_@}" EDITOR VISUAL # what the caller has set is no part of the play
stage=$(mktemp -d)
cd "$stage"
step='' server_pid='' url='' token='(none yet)' token_shown=''

# --- How it looks --------------------------------------------------------------------------------

bold='' dim='' cyan='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
    bold=$'\e[1m' dim=$'\e[2m' cyan=$'\e[36m' plain=$'\e[0m'
fi

act() { printf '\n%s== %s ==%s\n' "$bold" "$1" "$plain"; }

say() { printf '\n%s%s%s\n' "$dim" "$1" "$plain"; }

# The words as one would type them; options that do not fit on the line go on the next one.
quoted() {
    local word line='' rest=''
    for word; do
        [[ $word =~ ^[A-Za-z0-9_./:~…-]+$ ]] || word="'${word//\'/\'\\\'\'}'"
        if [[ -n $rest || $word == --* ]]; then rest+=" $word"; else line+=" $word"; fi
    done
    if [[ -n $rest ]] && ((${#line} + ${#rest} > 65)); then rest=$' \\\n   '$rest; fi
    printf '%s' "$line$rest"
}

prompt() {
    step="$1\$$2"
    printf '%s%s$%s%s\n' "$cyan" "$1" "$plain" "$2"
}

# --- Who plays -----------------------------------------------------------------------------------

# Runs offbook as somebody: a data directory, and so a node, of their own.
play() {
    local who=$1
    shift
    prompt "$who" " offbook$(quoted "${@/#$token/$token_shown}")"
    quietly "$who" "$@"
}

quietly() {
    local who=$1
    shift
    USER=$who OFFBOOK_DATA=$who "$OFFBOOK" "$@" </dev/null
}

# To what is no terminal, show writes exactly the prompt, which here ends without a newline.
end_of_text() { [[ -t 1 ]] || printf '\n'; }

alice() { play alice "$@"; }
bob() { play bob "$@"; }
carol() { play carol "$@"; }

start_server() {
    prompt server " offbook serve --listen 127.0.0.1:$1"
    : >serve.out
    OFFBOOK_DATA=server "$OFFBOOK" serve --listen "127.0.0.1:$1" >serve.out 2>serve.log </dev/null &
    server_pid=$!
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        url=$(sed -n 's/^listening on //p' serve.out)
        if [[ -n $url ]]; then
            cat serve.out
            return
        fi
        kill -0 "$server_pid" 2>/dev/null || break
        sleep 0.05
    done
    cat serve.log >&2
    die "the server did not start"
}

stop_server() {
    prompt server ' ^C'
    kill "$server_pid"
    wait "$server_pid" || die "the server ended with exit code $?"
    server_pid=''
}

# --- What may go wrong ---------------------------------------------------------------------------

die() {
    printf 'demo: %s\n' "$1" >&2
    exit 1
}

# Runs a command that has to fail with this exit code.
fails_with() {
    local expected=$1 status=0
    shift
    "$@" || status=$?
    ((status == expected)) || die "exit code $status, and not $expected, from: $*"
    printf '%s(exit code %s)%s\n' "$dim" "$status" "$plain"
}

strike() {
    local status=$?
    trap - EXIT
    ((status == 0 || status > 128)) || printf 'demo: failed with exit code %s at: %s\n' "$status" "$step" >&2
    if [[ -n $server_pid ]]; then
        kill "$server_pid" 2>/dev/null || true
        wait "$server_pid" 2>/dev/null || true
    fi
    cd /
    rm -rf "$stage"
    exit "$status"
}
trap strike EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- The play ------------------------------------------------------------------------------------

act 'A team server, and two laptops'
start_server 0
prompt server " offbook token create --workspace 'Stage team'"
token=$(quietly server token create --workspace 'Stage team' 2>/dev/null)
token_shown=${token:0:8}…
printf '%s\n\n' "$token_shown"

alice init --name 'Stage team' --node alice-laptop --example
alice new greeting --body 'Greet {{name}} in one short sentence.'
alice new farewell --body 'Thank {{name}} for the visit and say when we meet again.'
alice connect "$url" --token "$token"
alice sync

say 'Bob has nothing yet. He connects, and has it all:'
bob connect "$url" --token "$token" --node bob-laptop
bob sync
bob list

act 'Both go offline, and work goes on'
stop_server
fails_with 5 alice sync

say 'Alice edits two prompts, and deletes a third:'
alice edit greeting --body 'Greet {{name}} in one warm sentence.' -m warmer
alice edit farewell --body 'Warmly thank {{name}} for the visit and say when we meet again.'
alice delete plan-a-meeting

say 'Bob, who knows nothing of it, edits all three, and tidies up:'
bob edit greeting --body 'Greet {{name}} in three words.' -m shorter
bob edit farewell --body 'Thank {{name}} for the visit and say when we meet next week.'
bob edit plan-a-meeting --body 'Plan {{minutes}} minutes that end in a decision.'
bob rename review-a-change review-a-diff
bob tag answer-a-customer warm

act 'The server is back'
start_server "${url##*:}"
alice sync
bob sync
alice sync

say 'Nothing was overwritten: where two wrote at once, both versions stand.'
alice branches
alice history greeting

say 'Different words: they fit together by themselves.'
alice merge farewell
alice show farewell
end_of_text

say 'The same words: somebody has to decide, and Alice does.'
fails_with 4 alice merge greeting
prompt alice " echo 'Greet {{name}} in three warm words.' > agreed.txt"
echo 'Greet {{name}} in three warm words.' >agreed.txt
alice merge greeting --body-file agreed.txt -m 'warm and short'
alice history greeting

say 'Alice deleted what Bob was editing. His edit stands, and she can see why:'
alice why plan-a-meeting

say 'Bob gets what Alice decided:'
alice sync
bob sync
bob show greeting
end_of_text

act 'No server at all: a file is enough'
alice export team.offbook
say 'Carol has an empty directory and this file, from a stick or by mail:'
carol import team.offbook --node carol-laptop

act 'Three nodes, one library'
alice digest
bob digest
carol digest
alices=$(quietly alice digest) bobs=$(quietly bob digest) carols=$(quietly carol digest)
[[ -n $alices && $alices == "$bobs" && $alices == "$carols" ]] || die 'the three libraries are not equal'
printf '\n%sAll three are equal.%s\n' "$bold" "$plain"

say 'To go on, with a library of your own:'
cat <<'END'
  export PATH="$PWD/.build/debug:$PATH"
  offbook init --example
  offbook list
  offbook --help
END
