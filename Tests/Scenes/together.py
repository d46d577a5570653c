#!/usr/bin/env python3
"""Daemons of one data directory that start at once: one keeps it, the others say which, and end; and one that is
killed leaves nothing that keeps the next from starting."""

import sys

import stage


def running(daemons):
    return [daemon for daemon in daemons if not daemon.has_ended()]


def scenario(play, options):
    server, (library,) = play.team(["a"])
    for number in range(options.rounds):
        daemons = [library.start_daemon(f"daemon-{number}-{one}") for one in range(options.daemons)]
        stage.wait("all but one have ended", lambda: len(running(daemons)) <= 1, 30)
        kept = running(daemons)
        if not kept:
            raise stage.Failure("all have ended")
        library.daemon = kept[0]
        stage.wait("the one is in step", library.in_step, 30)
        ended = [daemon for daemon in daemons if daemon not in kept]
        named = sum(f"(process {kept[0].pid})" in daemon.said() for daemon in ended)
        if number == 0:
            play.say(f"what the others say: {ended[0].said().strip()}")
        if any(daemon.process.returncode != 1 for daemon in ended):
            raise stage.Failure(f"they end with {[daemon.process.returncode for daemon in ended]}")
        # Who comes before the one has written its number can't name it.
        if named < len(ended):
            play.say(f"{len(ended) - named} of {len(ended)} do not name it: "
                     f"{next(d.said().strip() for d in ended if f'(process {kept[0].pid})' not in d.said())}")
        kept[0].kill()
    play.say(f"in each of {options.rounds} rounds one of {options.daemons} kept it, and the others ended with 1")
    play.expect_equal(library, server)


def main():
    parser = stage.parser(__doc__, minutes=5)
    parser.add_argument("--daemons", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=10)
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
