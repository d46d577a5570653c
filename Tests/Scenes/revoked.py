#!/usr/bin/env python3
"""A token that is revoked while a daemon uses it: it says so once, stops asking, and all goes on here; with a new
one it syncs again."""

import sqlite3
import sys
import time

import stage


def scenario(play, options):
    server, (revoked, other) = play.team(["revoked", "other"])
    for library in (revoked, other):
        # Each has a token of its own.
        library.connect(server.url, server.token())
        library.start_daemon()
    for library in (revoked, other):
        stage.wait(f"{library.name} is in step", library.in_step, 60)

    directory = sqlite3.connect(server.data / "directory.sqlite", isolation_level=None, timeout=20)
    last, = directory.execute("SELECT max(rowid) FROM api_keys").fetchone()
    directory.execute("UPDATE api_keys SET ended_at = 1 WHERE rowid < ?", (last,))
    directory.close()
    revoked.run("new", "kept", "--body", "while signed out")
    play.say(f"said after {stage.wait('it says so', lambda: revoked.standing()['state'] == 'signed-out', 60):.1f} s: "
             f"{revoked.standing()['detail']}")

    cpu = revoked.daemon.cpu()
    for number in range(options.edits):
        revoked.run("edit", "kept", "--body", f"still signed out {number}")
        time.sleep(0.1)
    time.sleep(5)
    said = revoked.daemon.said().count("signed-out")
    play.expect(f"it says so once, however often one edits: {said}", said == 1)
    play.expect(f"it does not go on asking: {revoked.daemon.cpu() - cpu:.2f} s of the processor",
                revoked.daemon.cpu() - cpu < 0.05 * options.edits)
    other.run("new", "meanwhile", "--body", "by the other")

    revoked.connect(server.url, server.token())
    took = stage.wait("all is there", lambda: revoked.run("digest") == other.run("digest") == server.run("digest"), 60)
    play.say(f"with a new token all is in step within {took:.1f} s")
    play.expect("what was written signed out has been sent", "kept" in other.run("list", "--json"))
    play.expect_equal(revoked, other, server)


def main():
    parser = stage.parser(__doc__, minutes=5)
    parser.add_argument("--edits", type=int, default=20)
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
