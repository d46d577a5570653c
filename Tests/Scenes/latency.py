#!/usr/bin/env python3
"""From an edit on one machine to its sight on another, daemon to server to daemon, with others connected.

Then what the daemons cost while nothing happens, and how soon they stop.
"""

import signal
import sys
import time

import stage


def scenario(play, options):
    others = [f"other{number}" for number in range(options.others)]
    server, libraries = play.team(["a", "b", *others], prompts=20)
    for library in libraries:
        library.start_daemon()
    for library in libraries:
        stage.wait(f"{library.name} is in step", library.in_step, 60)
    # What the start has set in motion is over.
    time.sleep(3)

    here, there = libraries[0].database(), libraries[1].database()
    spans = []
    for number in range(options.edits):
        text = f"edit {number}"
        here.execute("UPDATE prompts SET description = ? WHERE name = 'p3'", (text,))
        spans.append(stage.wait(f"{text} is on b", lambda: (text,) == there.execute(
            "SELECT description FROM prompts WHERE name = 'p3'").fetchone(), 20, step=0.001))
        time.sleep(options.pause)
    play.say(f"{options.edits} edits, {options.others} other daemons: {stage.milliseconds(spans)}")
    play.expect("p50 is under 100 ms", stage.percentile(spans, 0.5) < 0.1)
    play.expect("p99 is under 400 ms", stage.percentile(spans, 0.99) < 0.4)
    here.close()
    there.close()

    # Whatever the last edit has set in motion is over.
    time.sleep(5)
    daemons = [library.daemon for library in libraries]
    before, server_before = [daemon.cpu() for daemon in daemons], server.process.cpu()
    time.sleep(options.idle)
    shares = [(daemon.cpu() - cpu) / options.idle * 100 for daemon, cpu in zip(daemons, before)]
    memory = [daemon.memory() / 1024 for daemon in daemons]
    play.say(
        f"idle for {options.idle} s, of a core: daemons {sum(shares) / len(shares):.3f} % on average, "
        f"{max(shares):.3f} % at most; server {(server.process.cpu() - server_before) / options.idle * 100:.3f} %")
    play.say(f"resident: daemons {min(memory):.1f} to {max(memory):.1f} MiB, "
             f"server {server.process.memory() / 1024:.1f} MiB")
    play.expect("each daemon idles under 0.1 % of a core", max(shares) < 0.1)
    play.expect("each daemon has under 60 MB", max(memory) * 1.048576 < 60)

    play.expect_equal(*libraries, server)
    for daemon in daemons:
        daemon.signal(signal.SIGTERM)
    slowest = max(daemon.stop() for daemon in daemons)
    play.say(f"all stopped within {slowest:.2f} s")
    play.expect("a daemon stops within 2 s", slowest < 2)


def main():
    parser = stage.parser(__doc__, minutes=30)
    parser.add_argument("--edits", type=int, default=500)
    parser.add_argument("--others", type=int, default=20, help="other daemons that are connected (%(default)s)")
    parser.add_argument("--pause", type=float, default=0.1, help="seconds between edits (%(default)s)")
    parser.add_argument("--idle", type=int, default=300, help="seconds of nothing to do (%(default)s)")
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
