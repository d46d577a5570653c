#!/usr/bin/env python3
"""A daemon that is suspended for a while, as a machine that sleeps: what was written elsewhere is there soon after."""

import signal
import sys
import time

import stage


def scenario(play, options):
    server, (awake, asleep) = play.team(["awake", "asleep"])
    for library in (awake, asleep):
        library.start_daemon()
    for library in (awake, asleep):
        stage.wait(f"{library.name} is in step", library.in_step, 60)
    database = asleep.database()

    for number, seconds in enumerate(options.seconds):
        theirs, own = f"by others, sleep {number}", f"in its sleep {number}"
        asleep.daemon.signal(signal.SIGSTOP)
        awake.run("set", "p0", "--description", theirs)
        # Nobody runs who could send this.
        database.execute("UPDATE prompts SET description = ? WHERE name = 'p1'", (own,))
        time.sleep(seconds)
        asleep.daemon.signal(signal.SIGCONT)
        began = time.monotonic()
        stage.wait("it has what was written elsewhere", lambda: database.execute(
            "SELECT description FROM prompts WHERE name = 'p0'").fetchone() == (theirs,), 120)
        pulled = time.monotonic() - began
        stage.wait("it has sent what was written here", lambda: own in awake.run("list", "--json", "--all"), 120)
        sent = time.monotonic() - began
        play.say(f"suspended for {seconds:g} s: what others wrote is there {pulled:.2f} s later, what was written "
                 f"here is sent {sent:.2f} s later")
        play.expect(f"both within {options.within:g} s", max(pulled, sent) < options.within)
        stage.wait("it listens again", asleep.in_step, 120)

    database.close()
    play.expect_equal(awake, asleep, server)


def main():
    parser = stage.parser(__doc__, minutes=20)
    parser.add_argument("--seconds", type=float, nargs="+", default=[5, 180], help="how long it sleeps (%(default)s)")
    parser.add_argument("--within", type=float, default=10, help="how soon it must have caught up (%(default)s s)")
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
