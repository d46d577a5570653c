import Foundation
import Glibc
import Testing

/// A disk of a few MiB that is there for one script only.
private enum SmallDisk {
    /// Runs a script that finds such a disk at `$DISK`, by Linux's own means.
    static func run(_ script: String, in scratch: Scratch) throws -> Outcome {
        let namespace = getuid() == 0 ? "unshare -m" : "unshare -rm"
        let file = try scratch.file("script", "mount -t tmpfs -o size=16M none \"$DISK\"\n" + functions + script)
        let disk = scratch.path + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        let result = try shell(
            "exec \(namespace) bash -uo pipefail \(quoted(file))", environment: ["DISK": disk, "HOME": scratch.path],
            in: scratch.path)
        return Outcome(status: result.status, output: result.output, error: result.error)
    }

    static let canMount: Bool = {
        guard let scratch = try? Scratch(), let outcome = try? run("exit 7", in: scratch) else { return false }
        return outcome.status == 7
    }()

    private static let functions = #"""
        # Fills the disk but for so many bytes.
        fill() {
            left=$1
            dd if=/dev/zero of="$DISK/filler" bs=4k status=none 2>/dev/null
            truncate -s "-$1" "$DISK/filler"
        }
        # Empties the log of a library, once nobody reads in it.
        cut() {
            for try in {1..600}; do
                sqlite3 "$1" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null 2>&1
                [[ -s $1-wal ]] || return
                sleep 0.1
            done
            echo "the log of $1 is not cut"
        }
        empty() { left=all; rm -f "$DISK/filler"; }
        try() { said=$(offbook "$@" 2>&1); status=$?; }
        tell() { echo "with $left bytes left, offbook $*: status $status, $said"; }
        # Says that there is no space, and ends with 1.
        refuses() { try "$@"; [[ $status == 1 && $said == *offbook:*"$why"* ]] || tell "$@"; }
        works() { try "$@"; [[ $status == 0 ]] || tell "$@"; }
        either() { try "$@"; [[ $status == 0 || $status == 1 && $said == *offbook:*"$why"* ]] || tell "$@"; }
        prints() { local text=$1; shift; works "$@"; [[ $said == "$text" ]] || tell "$@"; }
        same() { [[ $1 == "$2" ]] || echo "$1 is not $2"; }
        serve() {
            offbook serve --listen 127.0.0.1:0 --data "$1" >"$HOME/address" 2>"$HOME/log" & server=$!
            for try in {1..600}; do grep -q http "$HOME/address" && break; sleep 0.1; done
            url=$(grep -o 'http:.*' "$HOME/address")
            token=$(offbook token create --workspace Team --data "$1" 2>/dev/null)
        }
        join() { offbook connect "$url" --token "$token" --node "$1" --adopt --data "$2" >"$HOME/joined" 2>&1 || cat "$HOME/joined"; }
        many() { for i in {1..300}; do printf '{"name": "%s %d", "body": "%s"}\n' "$1" $i "$(printf 'word %d ' {1..150})"; done; }
        why='space'
        left=all

        """#
}

/// No space left, at each stage: it is said, nothing is lost, and all goes on when there is space again.
@Suite(.enabled(if: SmallDisk.canMount, "needs the right to mount a tmpfs")) struct FullDiskTests {
    @Test("A client's disk is full")
    func client() throws {
        let outcome = try SmallDisk.run(
            #"""
            node="$DISK/node" other="$HOME/other"
            serve "$HOME/team"
            works new kept --body kept --data "$node"
            join node "$node"; works sync --data "$node"
            join other "$other"; works sync --data "$other"
            many other >"$HOME/many.jsonl"
            works import "$HOME/many.jsonl" --data "$other"; works sync --data "$other"
            works export "$HOME/many.offbook" --data "$other"
            many node >"$HOME/mine.jsonl"

            # Not a byte: what is there can be read.
            fill 0
            prints kept show kept --data "$node"
            works list --data "$node"; works doctor --data "$node"; works digest --data "$node"
            for command in "new new --body x" "edit kept --body lost" "import $HOME/mine.jsonl" \
                "import $HOME/many.offbook" "sync" "export $DISK/out" "connect $url --token $token --node again"; do
                refuses $command --data "$node"
            done
            refuses connect "$url" --token "$token" --data "$DISK/boot"
            empty; works doctor --data "$node"; prints kept show kept --data "$node"

            # A little: each may work, or be refused as a whole. 36 KiB are what it takes to open a library.
            for space in 4096 40960 65536 131072 262144 524288; do
                mkdir -p "$DISK/stick"
                fill $space
                either edit kept --body "kept $space" --data "$node"
                [[ $status == 0 ]] && text="kept $space" || text=$(offbook show kept --data "$node")
                either import "$HOME/mine.jsonl" --data "$node"
                either import "$HOME/many.offbook" --data "$node"
                either sync --data "$node"
                why='No space' either export "$DISK/out" --data "$node"
                why='pace' either export "$DISK/folder" --format markdown --data "$node"
                why='pace' either sync "$DISK/stick" --data "$node"
                either connect "$url" --token "$token" --node boot --data "$DISK/boot"
                [[ $status == 0 ]] && either sync --data "$DISK/boot"
                empty
                works doctor --data "$node"
                prints "$text" show kept --data "$node"
                [[ ! -e $DISK/out ]] || works inspect "$DISK/out"
                works sync "$DISK/stick" --data "$node"
                works export "$DISK/folder" --format markdown --data "$node"
                rm -rf "$DISK/out" "$DISK/folder" "$DISK/stick" "$DISK/boot"
            done
            works import "$HOME/mine.jsonl" --data "$node"
            for round in 1 2; do for data in "$node" "$other"; do works sync --data "$data"; done; done
            same "$(offbook digest --data "$node")" "$(offbook digest --data "$other")"
            same "$(offbook list --limit 1000 --json --data "$node" | grep -o '"name"' | wc -l)" 601
            kill $server
            """#, in: try Scratch())
        #expect(outcome.output == "" && outcome.status == 0, "\(outcome)")
    }

    @Test("The server's disk is full")
    func server() throws {
        let outcome = try SmallDisk.run(
            #"""
            node="$HOME/node" other="$HOME/other"
            serve "$DISK/team"
            works new kept --body kept --data "$node"
            join node "$node"; works sync --data "$node"
            join other "$other"; works sync --data "$other"
            for space in 0 4096 40960 131072 524288; do
                many "for $space" >"$HOME/many.jsonl"
                works import "$HOME/many.jsonl" --data "$node"
                # Else it may be enough: SQLite writes over what is in its log.
                cut "$DISK"/team/workspaces/*.sqlite
                fill $space
                why="server's disk is full" refuses sync --data "$node"
                # Nobody had anything to write there.
                why="server's disk is full" either sync --data "$other"
                works doctor --data "$node"
                empty
                works sync --data "$node"
                works sync --data "$other"
                works doctor --data "$DISK/team"
                same "$(offbook digest --data "$node")" "$(offbook digest --data "$other")"
                works delete "for $space 1" --data "$node"
            done
            fill 0
            refuses token create --workspace Another --data "$DISK/team"
            empty
            works token create --workspace Another --data "$DISK/team"
            kill $server
            """#, in: try Scratch())
        #expect(outcome.output == "" && outcome.status == 0, "\(outcome)")
    }

    @Test("Standard output on a full disk is told, and a reader who goes away is not")
    func output() throws {
        let node = Node("node", in: try Scratch())
        try node.run("new", "kept", "--body", "kept")
        for command in ["list", "list --json", "show kept", "export -", "export - --format jsonl", "doctor"] {
            let said = try node.script(
                "if offbook \(command) >/dev/full 2>\"$DATA/said\"; then echo well; else echo $?; fi; cat \"$DATA/said\""
            )
            #expect(said.hasPrefix("1\n") && said.contains("No space left"), "\(command): \(said)")
        }
        #expect(try node.script("set +o pipefail; offbook list | true; echo done") == "done\n")
    }
}
