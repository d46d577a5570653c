#!/usr/bin/env bash
# Shows what Offbook looks like: runs it in tmux, in a wide and in a narrow terminal, with and without
# colours and piped, and writes each screen to a file.
#
#   Tests/Demo/captures.sh [FOLDER]     OFFBOOK names the program; .build/debug/offbook if it is not set
#
# It needs tmux. A folder is made where none is named, and its name is the last line printed.
set -euo pipefail
cd "$(dirname "$0")/../.."

offbook=$(realpath "${OFFBOOK:-.build/debug/offbook}")
command -v tmux >/dev/null || { echo "tmux is missing: apt-get install tmux" >&2; exit 1; }
out=${1:-$(mktemp -d)}
mkdir -p "$out"
work=$(mktemp -d)
socket=$work/tmux
trap 'tmux -S "$socket" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT

export OFFBOOK_DATA=$work/library PATH="$(dirname "$offbook"):$PATH" LC_ALL=C.UTF-8 EDITOR=true
unset OFFBOOK_PAGER PAGER NO_COLOR LESS

prepare() {
    local other=$work/other
    offbook new greeting --body $'You are a host.\nGreet {{name}} in one short sentence.\nBe kind.\n' --tag polite \
        --description 'Says hello' >/dev/null
    offbook new 'Customer support: first answer' --tag support --tag tone --category support \
        --body 'Answer {{customer}} politely, and promise nothing that the notes do not promise.' >/dev/null
    offbook new '東京のお客様への挨拶' --tag 旅行 --body '{{name}}様、いらっしゃいませ。' >/dev/null
    offbook new '👩‍👩‍👧‍👦 family dinner' --tag home --body 'Plan a dinner for {{people}} people.' >/dev/null
    offbook new $'naïve café\u202e reversed' --body x >/dev/null
    for number in {1..30}; do echo "{\"name\": \"sample $number\", \"body\": \"Sample text number $number, to search.\"}"; done |
        offbook import - >/dev/null
    offbook edit greeting -m 'one warm sentence' --body $'You are a host.\nGreet {{name}} in one warm sentence.\nBe kind.\n' >/dev/null
    offbook label greeting staging v1 >/dev/null
    exchange() { offbook export "$work/file" --data "$1" >/dev/null; offbook import "$work/file" --data "$2" --node bob >/dev/null; }
    exchange "$OFFBOOK_DATA" "$other" 2>/dev/null
    offbook edit greeting -m 'and a joke, which is a long message that will not fit on a narrow terminal' \
        --body $'You are a host.\nGreet {{name}} in one warm sentence and a joke.\nBe kind.\n' --data "$other" >/dev/null
    offbook rename greeting hello --data "$other" >/dev/null
    offbook edit greeting -m 'shorter' --body $'You are a host.\nGreet {{name}} in five words.\nBe kind.\n' >/dev/null
    offbook rename greeting welcome >/dev/null
    exchange "$other" "$OFFBOOK_DATA"
    python3 - "$work/many.csv" <<'PYTHON'
import csv, sys
with open(sys.argv[1], "w", newline="") as file:
    rows = csv.writer(file)
    rows.writerow(["act", "prompt"])
    for number in range(1000):
        rows.writerow([f"Act {number}", f"You are actor number {number}."])
PYTHON
    cat > "$work/editor" <<'EDITOR'
#!/bin/sh
sed -i -e '/^<<<<<<</d' -e '/^|||||||/,/^>>>>>>>/d' "$1"
EDITOR
    chmod +x "$work/editor"
}

# screen NAME COLUMNS COMMAND [KEYS…]: what stands on the screen when the shell asks for the next command.
screen() {
    local name=$1 columns=$2 command=$3 file
    shift 3
    file=$out/$name-$columns.txt
    # One that stays keeps the server.
    tmux -S "$socket" -f /dev/null new-session -d -s stays cat 2>/dev/null || true
    tmux -S "$socket" new-session -d -s screen -x "$columns" -y 24 'bash --norc --noprofile'
    tmux -S "$socket" send-keys -t screen "PS1='\$ '; source <(offbook completions bash); clear" Enter
    settle
    tmux -S "$socket" send-keys -t screen "$command"
    if (($#)); then tmux -S "$socket" send-keys -t screen "$@"; else tmux -S "$socket" send-keys -t screen Enter; fi
    settle
    tmux -S "$socket" capture-pane -p -e -t screen | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' > "$file"
    tmux -S "$socket" kill-session -t screen
    printf '\n===== %s, %s columns\n' "$name" "$columns"
    cat "$file"
}

# Until nothing on the screen has changed for a moment.
settle() {
    local before='' now same=0
    for _ in {1..60}; do
        sleep 0.2
        now=$(tmux -S "$socket" capture-pane -p -t screen)
        if [[ $now == "$before" ]]; then same=$((same + 1)); else same=0; fi
        ((same < 4)) || return 0
        before=$now
    done
}

prepare
for columns in 60 140; do
    screen list "$columns" 'offbook list --limit 12'
    screen list-no-colour "$columns" 'NO_COLOR=1 offbook list --limit 6'
    screen list-piped "$columns" 'offbook list --limit 6 | cat'
    screen list-paged "$columns" 'offbook list'
    screen search "$columns" 'offbook search sample text --limit 4'
    screen show "$columns" 'offbook show welcome'
    screen history "$columns" 'offbook history welcome'
    screen history-ascii "$columns" 'LC_ALL=C offbook history welcome | cat'
    screen diff "$columns" 'offbook diff welcome'
    screen branches "$columns" 'offbook branches; offbook conflicts'
    screen mistake "$columns" 'offbook show welcom; offbook lst; offbook list --tag polit'
    screen tab-commands "$columns" 'offbook ' Tab Tab
    screen tab-names "$columns" 'offbook show s' Tab Tab Tab
    screen tab-one "$columns" 'offbook show Cu' Tab
    screen import "$columns" "offbook import $work/many.csv --data $work/import-$columns"
done
screen merge 140 "EDITOR=$work/editor offbook merge welcome; offbook history welcome"
screen merged 60 'offbook history welcome'
printf '\n%s\n' "$out"
