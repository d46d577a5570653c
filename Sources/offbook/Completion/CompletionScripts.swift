extension Shell {
    /// What the shell runs once. It holds no knowledge of commands: each Tab asks the program.
    var completionScript: String {
        switch self {
        case .bash: Self.bashScript
        case .zsh: Self.zshScript
        case .fish: Self.fishScript
        }
    }

    private static let bashScript = #"""
        # Completion of offbook for bash. It needs nothing else, bash-completion neither.

        _offbook() {
            local line=${COMP_LINE:0:COMP_POINT} text=$2 program=${1/#\~\//$HOME/} rest way word
            local -a variables=() reply=()
            # The program sees no variables but exported ones, so those that the line names are told to it.
            rest=$line
            while [[ $rest =~ \$\{?([A-Za-z_][A-Za-z0-9_]*)(.*) ]]; do
                word=${BASH_REMATCH[1]} rest=${BASH_REMATCH[2]}
                [[ -n ${!word+set} ]] && variables+=("$word=${!word}")
            done
            COMPREPLY=()
            mapfile -t reply < <(command "$program" __complete bash -- "$line" "$text" "${variables[@]}" 2>/dev/null)
            way=${reply[0]-}
            case $way in
            files) compopt -o default ;;
            directories) compopt -o dirnames ;;
            open) compopt -o nospace ;;&
            words | open)
                compopt -o nosort 2>/dev/null
                COMPREPLY=("${reply[@]:2}")
                ;;
            esac
        }

        complete -F _offbook offbook

        """#

    private static let zshScript = #"""
        #compdef offbook
        # Completion of offbook for zsh.

        _offbook() {
            local line rest name way lead item MATCH MBEGIN MEND
            local -a variables reply described match mbegin mend
            line="${(pj: :)words[1,CURRENT-1]} $QIPREFIX$IPREFIX$PREFIX"
            # The program sees no variables but exported ones, so those that the line names are told to it.
            rest=$line
            while [[ $rest =~ '\$\{?([A-Za-z_][A-Za-z0-9_]*)(.*)' ]]; do
                name=$match[1] rest=$match[2]
                (( ${(P)+name} )) && variables+=("$name=${(P)name}")
            done
            reply=("${(@f)$(command ${~words[1]} __complete zsh -- "$line" '' "${variables[@]}" 2>/dev/null)}")
            way=$reply[1] lead=$reply[2]
            [[ -n $lead ]] && compset -P "${(b)lead}"
            case $way in
            files) _files ;;
            directories) _files -/ ;;
            words | open)
                for item in "${(@)reply[3,-1]}"; do
                    [[ -n $item ]] || continue
                    name=${item%%$'\t'*}
                    [[ -n $lead ]] && name=${name#$lead}
                    name=${${name//\\/\\\\}//:/\\:}
                    [[ $item == *$'\t'* ]] && name+=":${item#*$'\t'}"
                    described+=("$name")
                done
                if [[ $way == open ]]; then
                    _describe -V offbook described -S ''
                else
                    _describe -V offbook described
                fi
                ;;
            esac
        }

        if [[ $funcstack[1] == _offbook ]]; then
            _offbook "$@"
        else
            compdef _offbook offbook
        fi

        """#

    private static let fishScript = #"""
        # Completion of offbook for fish.

        function __offbook_complete
            set -l line (commandline -pc | string collect)
            set -l variables
            # The program sees no variables but exported ones, so those that the line names are told to it.
            for name in (string match -arg '\$\{?([A-Za-z_][A-Za-z0-9_]*)' -- $line)
                set -q $name; and set -a variables "$name=$$name"
            end
            set -l program (commandline -po)[1]
            set -l reply (command $program __complete fish -- "$line" '' $variables 2>/dev/null)
            set -q reply[2]; or return
            set -l token (commandline -ct)
            set -l part (string sub -s (math (string length -- "$reply[2]") + 1) -- "$token")
            switch $reply[1]
                case files
                    set -l paths (__fish_complete_path "$part")
                    printf '%s\n' $reply[2]$paths
                case directories
                    set -l paths (__fish_complete_directories "$part" '')
                    printf '%s\n' $reply[2]$paths
                case words open
                    printf '%s\n' $reply[3..]
            end
        end

        complete -c offbook -f -a '(__offbook_complete)'

        """#
}
