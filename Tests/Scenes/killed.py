#!/usr/bin/env python3
"""Queued completions while the server and daemons are killed at random moments, with SIGKILL, time and again.

Then each has its answer, on all machines of its user; each that the server ran was charged once; and the ledger
adds up. The provider is `offbook-bench stub`, which takes half a second for an answer.
"""

import collections
import json
import random
import sys
import time
import urllib.request

import stage

CREDITS = 100_000


class Killed:
    """A server or a daemon: killed now, started again a little later."""

    def __init__(self, name, process, launch):
        self.name, self.process, self.launch, self.due = name, process, launch, None

    def kill(self, pause):
        self.process().kill()
        self.due = time.monotonic() + pause

    def start_if_due(self, now=False):
        if self.due and (now or time.monotonic() >= self.due):
            self.due = None
            self.launch()


def account(server, token):
    request = urllib.request.Request(server.url + "/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)["id"]


def make(play, server, token, base):
    """Two machines of one user, whose server runs what they queue; and one without a server, whose daemon does."""
    libraries = [play.library(name, environment={"OFFBOOK_LOCAL_MODELS": base}) for name in ("laptop", "desk", "alone")]
    for library in libraries:
        if library.name != "desk":
            library.run("init", "--name", "Team" if library.name == "laptop" else "Own", "--node", library.name)
            for number in range(3):
                library.run("new", f"p{number}", "--body", f"Say {number}.")
            library.run("providers", "add", "stub", "--kind", "custom", "--url", base)
        if library.name != "alone":
            library.connect(server.url, token)
            library.run("sync")
    return libraries


def queue(library, number):
    """Returns the job's id."""
    said = library.run(
        "complete", f"p{number % 3}", "--model", "stub/slow", "--input", f"job {number}", "--route", "queue", "--json")
    return json.loads(said)["id"]


def jobs(library):
    return json.loads(library.run("jobs", "list", "--limit", 1000, "--json"))["items"]


def disturb(play, options, chance, victims, libraries):
    """Queues jobs and kills, until there is no more to do. Returns the jobs of each library."""
    queued, kills = {library.name: [] for library in libraries}, collections.Counter()
    due = time.monotonic()
    for number in range(options.jobs):
        for victim in victims:
            victim.start_if_due()
        up = [victim for victim in victims if not victim.due]
        if kills.total() < options.kills and up and time.monotonic() >= due:
            victim = chance.choice(up)
            victim.kill(chance.uniform(0, 1))
            kills[victim.name] += 1
            due = time.monotonic() + chance.uniform(0.1, 1.2)
        library = chance.choice(libraries)
        queued[library.name].append(queue(library, number))
        time.sleep(chance.uniform(0, 0.6))
    for victim in victims:
        victim.start_if_due(now=True)
    play.say(f"{options.jobs} jobs; kills: {dict(kills)}")
    play.expect(f"at least {options.kills} kills: {kills.total()}", kills.total() >= options.kills)
    return queued


def look(play, server, wanted, charged):
    for library, ids in wanted:
        states = {job["id"]: job["state"] for job in jobs(library)}
        play.expect(f"each of {len(ids)} jobs has its answer on {library.name}",
                    [states.get(job) for job in ids] == ["done"] * len(ids))
        uses, = library.database().execute("SELECT count(*) FROM usage_events WHERE kind = 'completion'").fetchone()
        play.expect(f"each is counted once as used: {uses}", uses == len(ids))
    entries = json.loads(server.run("admin", "credits", "ledger", "--limit", 10_000, "--json"))
    settled = collections.Counter(entry["charge"] for entry in entries if entry["kind"] == "settle")
    play.expect(f"{charged} charges are settled, each once: {settled.total()}",
                len(settled) == settled.total() == charged)
    balance = max(entries, key=lambda entry: entry["n"])["balance"]
    play.expect(f"of {CREDITS} credits {CREDITS - balance} are spent", CREDITS - balance == charged)
    play.expect("the amounts add up to the balance", sum(entry["amount"] for entry in entries) == balance)


def scenario(play, options):
    chance = random.Random(options.seed)
    base = play.stub(options.bench)
    server = play.server(arguments=("--private-providers",))
    token = server.token()
    laptop, desk, alone = libraries = make(play, server, token, base)
    server.run("admin", "credits", "set", account(server, token), CREDITS)
    for library in libraries:
        library.start_daemon()
    for library in (laptop, desk):
        stage.wait(f"{library.name} is in step", library.in_step, 60)

    victims = [Killed("server", lambda: server.process, server.launch)]
    victims += [Killed(one.name, lambda one=one: one.daemon, one.start_daemon) for one in libraries]
    queued = disturb(play, options, chance, victims, libraries)
    ours = queued["laptop"] + queued["desk"]
    wanted = [(laptop, ours), (desk, ours), (alone, queued["alone"])]

    def done():
        return all({job["id"] for job in jobs(library) if job["state"] == "done"} >= set(ids) for library, ids in wanted)

    try:
        play.say(f"all have their answers {stage.wait('all have their answers', done, 240, step=0.5):.1f} s later")
    except stage.Failure as failure:
        play.expect(str(failure), False)
        for library, _ in wanted:
            play.say(f"{library.name}: {collections.Counter(job['state'] for job in jobs(library))}")
    for library in (laptop, desk):
        stage.wait(f"{library.name} is in step", library.in_step, 60)
    look(play, server, wanted, len(ours))
    with urllib.request.urlopen(base.removesuffix("/v1") + "/stub/state") as reply:
        play.say(f"the provider was asked {json.load(reply)['requests']} times")
    play.expect_equal(laptop, desk, server)


def main():
    parser = stage.parser(__doc__, minutes=15)
    parser.add_argument("--bench", required=True, help="the offbook-bench binary")
    parser.add_argument("--jobs", type=int, default=150)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7, help="of what is killed and when (%(default)s)")
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
