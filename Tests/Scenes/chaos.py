#!/usr/bin/env python3
"""Daemons that go on editing while the server is killed and the network is cut, time and again.

Then all hold the same, and no edit is lost. Each daemon has a way to the server of its own, so that it can be told
when each came back.
"""

import random
import sys
import time

import stage


def faults(chance, kills):
    """What goes wrong, and how many seconds after what was before."""
    for _ in range(kills):
        yield chance.uniform(1, 4), "nothing"
        if chance.random() < 0.5:
            yield 0, "cut"
            yield chance.uniform(0.2, 4), "mend"
        yield 0, "kill"
        yield chance.uniform(0.1, 2), "start"


def returns(proxies, starts):
    """For each start of the server, after how many seconds each daemon that came back before the next one did."""
    for start, end in zip(starts, [*starts[1:], float("inf")]):
        firsts = [min((at - start for at in proxy.arrivals if start < at < end), default=None) for proxy in proxies]
        yield sorted(first for first in firsts if first is not None)


def scenario(play, options):
    chance = random.Random(options.seed)
    names = [f"n{number}" for number in range(options.daemons)]
    server, libraries = play.team(names)
    proxies = []
    token = server.token()
    for library in libraries:
        proxies.append(stage.Proxy(server.port))
        library.connect(proxies[-1].url, token)
        library.start_daemon()
    for library in libraries:
        stage.wait(f"{library.name} is in step", library.in_step, 60)
    databases = [library.database() for library in libraries]

    began = time.monotonic()
    to_come = faults(chance, options.kills)
    pause, fault = next(to_come, (None, None))
    due = began + (pause or 0)
    starts, written = [], []
    while fault or len(written) < options.edits:
        if fault and time.monotonic() >= due:
            if fault == "cut" or fault == "mend":
                for proxy in proxies:
                    proxy.set("cut" if fault == "cut" else "open")
            elif fault == "kill":
                server.process.kill()
            elif fault == "start":
                server.launch()
                starts.append(time.monotonic())
            pause, fault = next(to_come, (None, None))
            due += pause or 0
        if len(written) < options.edits:
            number = len(written)
            at = chance.randrange(len(libraries))
            text, prompt = f"edit {number} of {names[at]}", f"p{number % 10}"
            # Each is a row of its own; and each tenth overwrites what all write.
            databases[at].execute(
                "INSERT INTO metadata (prompt_id, key, value) SELECT id, ?, ? FROM prompts WHERE name = ?",
                (text, text, prompt))
            if number % 10 == 0:
                databases[at].execute("UPDATE prompts SET description = ? WHERE name = ?", (text, prompt))
            written.append(text)
        time.sleep(chance.uniform(0, 0.08))
    play.say(f"{options.edits} edits on {options.daemons} daemons, {options.kills} kills, "
             f"in {time.monotonic() - began:.0f} s")

    def state(database):
        return (sorted(database.execute("SELECT value FROM metadata")),
                sorted(database.execute("SELECT id, description FROM prompts")))

    def converged():
        states = [state(database) for database in databases]
        return len(states[0][0]) >= options.edits and all(one == states[0] for one in states)

    # The longest pause between two attempts is a minute.
    try:
        play.say(f"all the same {stage.wait('all are the same', converged, 240, step=0.2):.1f} s later")
    except stage.Failure as failure:
        play.expect(str(failure), False)
    lost = [len(set(written) - {value for value, in database.execute("SELECT value FROM metadata")})
            for database in databases]
    play.expect(f"no edit is lost: {lost}", not any(lost))
    overwritten, = databases[0].execute("SELECT count(*) FROM conflicts").fetchone()
    play.say(f"overwritten values in the journal: {overwritten}")
    for database in databases:
        database.close()
    for library in libraries:
        stage.wait(f"{library.name} is in step", library.in_step, 60)
    play.expect_equal(*libraries, server)

    # Those that lost a server together must not come back together.
    rounds = [firsts for firsts in returns(proxies, starts) if len(firsts) > 1]
    if rounds:
        all_firsts = [first for firsts in rounds for first in firsts]
        play.say(f"daemons came back after a start of the server: {stage.milliseconds(all_firsts)}; "
                 f"from the first to the last of a round: {stage.milliseconds([one[-1] - one[0] for one in rounds])}")
        together = sum(firsts[-1] - firsts[0] < 0.1 for firsts in rounds)
        play.expect(f"in at most a fifth of {len(rounds)} rounds all came within 100 ms: {together}",
                    together <= max(len(rounds) / 5, 1))


def main():
    parser = stage.parser(__doc__, minutes=20)
    parser.add_argument("--daemons", type=int, default=4)
    parser.add_argument("--edits", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7, help="of what goes wrong and when (%(default)s)")
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
