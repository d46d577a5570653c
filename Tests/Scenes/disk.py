#!/usr/bin/env python3
"""A disk that is full: the daemon says so and waits, what is there can be read, and all comes once there is space.

The disk is a small one in memory, mounted where only this script and what it starts see it.
"""

import os
import shutil
import subprocess
import sys
import time

import stage

INSIDE = "OFFBOOK_SMALL_DISK"


def fill(path):
    """Until nothing more fits."""
    with open(path, "wb", buffering=0) as filler:
        try:
            while filler.write(bytes(1 << 16)):
                pass
        except OSError:
            pass


def scenario(play, options):
    small_disk = play.directory / "small"
    small_disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none", small_disk], check=True)
    try:
        overflowing(play, options, small_disk)
    finally:
        subprocess.run(["umount", "--lazy", small_disk], check=False)


def overflowing(play, options, disk):
    server, (large,) = play.team(["large"])
    small = play.library("small", data=disk / "data")
    small.connect(server.url, server.token())
    small.run("sync")
    for library in (large, small):
        library.start_daemon()
    for library in (large, small):
        stage.wait(f"{library.name} is in step", library.in_step, 60)
    before = small.run("list")

    fill(disk / "filler")
    body = play.directory / "body"
    for number in range(options.texts):
        # Bytes that no compression makes smaller.
        body.write_text(os.urandom(450_000).hex())
        large.run("new", f"large {number}", "--body-file", body)
    took = stage.wait("it says so", lambda: small.standing().get("state") == "trouble", 60)
    play.say(f"said after {took:.1f} s: {small.standing()['detail']}")
    cpu = small.daemon.cpu()
    time.sleep(options.full)
    used = (small.daemon.cpu() - cpu) / options.full * 100
    play.expect(f"it does not spin while the disk is full: {used:.2f} % of a core", used < 5)
    play.expect("what is there can be read", set(before.split()) <= set(small.run("list").split()))
    outcome = small.attempt("new", "too much", "--body-file", body)
    play.say(f"an edit here: {outcome.returncode}: {(outcome.stdout + outcome.stderr).strip()}")
    play.expect("it lives", not small.daemon.has_ended())

    subprocess.run(["mount", "-o", "remount,size=60m", disk], check=True)
    (disk / "filler").unlink()
    took = stage.wait("all is there", lambda: small.run("digest") == large.run("digest"), 120)
    play.say(f"with space again, all is there within {took:.1f} s")
    play.expect("within the longest pause of a minute", took < 65)
    play.expect_equal(large, small, server)
    small.daemon.stop()


def main():
    parser = stage.parser(__doc__, minutes=10)
    parser.add_argument("--texts", type=int, default=6, help="of 900 kB each, written elsewhere (%(default)s)")
    parser.add_argument("--full", type=int, default=20, help="seconds for which it stays full (%(default)s)")
    options = parser.parse_args()
    if INSIDE not in os.environ:
        inside = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
        if not shutil.which("unshare") or subprocess.run([*inside, "true"], capture_output=True).returncode:
            print("SKIPPED disk: this machine lets nobody mount a disk for themselves (unshare --mount)")
            return 0
        os.environ[INSIDE] = "1"
        # In place of this process, so that a signal meets the one that there is.
        os.execvp("unshare", [*inside, sys.executable, *sys.argv])
    return stage.play(scenario, options)


if __name__ == "__main__":
    sys.exit(main())
