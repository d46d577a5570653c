#!/usr/bin/env python3
"""The clock of a machine jumps while its daemon runs, and back: edits of then travel, later ones of others still win
over them, and the daemon neither spins nor stalls.

By libfaketime, which tells the processes of that machine another time of day; what they wait by goes on evenly, as
it does on a machine whose clock is set.
"""

import datetime
import shutil
import subprocess
import sys
import time

import stage

DAY = 86400

class Clock:
    def __init__(self, play):
        if not shutil.which("faketime"):
            raise stage.Skip("there is no faketime here: apt-get install faketime")
        self.file = play.directory / "clock"
        self.set(0)
        # What the library keeps for all processes has to be there before they start: it would put its name into
        # their environment, and where that has moved Swift finds no arguments. It goes when standard input ends,
        # which it does however this script ends.
        self.holder = subprocess.Popen(
            ["faketime", "-m", "-f", "+0", "sh", "-c", 'echo "$LD_PRELOAD|$FAKETIME_SHARED"; exec cat'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        library, shared = self.holder.stdout.readline().strip().split("|")
        self.environment = {
            "LD_PRELOAD": library, "FAKETIME_SHARED": shared, "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}

    def close(self):
        self.holder.stdin.close()
        self.holder.wait(10)

    def set(self, seconds):
        # At once, as a process may be reading it.
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.rename(self.file)


def scenario(play, options):
    clock = Clock(play)
    try:
        clock.set(365 * DAY)
        year = int(subprocess.run(["date", "+%Y"], capture_output=True, text=True, env={
            **play.environment, **clock.environment}, timeout=10).stdout)
        if year != (datetime.datetime.now() + datetime.timedelta(days=365)).year:
            raise stage.Failure(f"libfaketime does not set the clock: {year}")
        clock.set(0)
        jumping(play, options, clock)
    finally:
        clock.close()


def jumping(play, options, clock):
    server = play.server()
    _, (other,) = play.team(["other"], server=server)
    wrong = play.library("wrong", environment=clock.environment)
    wrong.connect(server.url, server.token())
    wrong.run("sync")
    for library in (wrong, other):
        library.start_daemon()
    for library in (wrong, other):
        stage.wait(f"{library.name} is in step", library.in_step, 60)
    databases = {library: library.database() for library in (wrong, other)}

    def description(library):
        return databases[library].execute("SELECT description FROM prompts WHERE name = 'p0'").fetchone()[0]

    def passes(text, source, target, by_shell=False):
        """An edit at one is at the other soon, and stands at both."""
        if by_shell:
            databases[source].execute("UPDATE prompts SET description = ? WHERE name = 'p0'", (text,))
        else:
            source.run("set", "p0", "--description", text)
        return stage.wait(
            f"{text!r} is at both: {description(wrong)!r}, {description(other)!r}",
            lambda: description(target) == description(source) == text, options.within)

    for jump in [365 * DAY, 0, -DAY, 0, *options.more]:
        clock.set(jump)
        # What the jump itself sets in motion.
        cpu = wrong.daemon.cpu()
        time.sleep(options.quiet)
        quiet = (wrong.daemon.cpu() - cpu) / options.quiet * 100
        spans = []
        for number in range(options.edits):
            what = f"at {jump / DAY:+g} days, {number}"
            try:
                spans.append(passes(f"{what}, by a command there", wrong, other))
                spans.append(passes(f"{what}, by another, later", other, wrong))
                spans.append(passes(f"{what}, by a shell there", wrong, other, by_shell=True))
                spans.append(passes(f"{what}, by another, last", other, wrong))
            except stage.Failure as failure:
                play.expect(str(failure), False)
                play.show_logs()
                break
        cpu = wrong.daemon.cpu()
        time.sleep(options.quiet)
        after = (wrong.daemon.cpu() - cpu) / options.quiet * 100
        play.say(f"at {jump / DAY:+g} days: {len(spans)} edits, {stage.milliseconds(spans or [0])}; "
                 f"at rest {quiet:.2f} % of a core after the jump, {after:.2f} % after the edits")
        play.expect(f"it does not spin at {jump / DAY:+g} days", max(quiet, after) < 1)

    said = [line for line in wrong.daemon.said().splitlines() if "clock" in line]
    play.say(f"it speaks of its clock {len(said)} times" + (f": {said[0]}" if said else ""))
    play.expect("it says at least once that its clock is ahead", bool(said))
    for database in databases.values():
        database.close()
    for library in (wrong, other):
        stage.wait(f"{library.name} is in step", library.in_step, 60)
    play.expect_equal(wrong, other, server)
    took = max(library.daemon.stop() for library in (wrong, other))
    play.expect(f"a daemon stops within 2 s: {took:.2f}", took < 2)


def main():
    parser = stage.parser(__doc__, minutes=15)
    parser.add_argument("--edits", type=int, default=10, help="rounds of edits after each jump (%(default)s)")
    parser.add_argument("--quiet", type=int, default=20, help="seconds of rest that are measured (%(default)s)")
    parser.add_argument("--within", type=float, default=20, help="how soon an edit must be there (%(default)s s)")
    parser.add_argument("--more", type=int, nargs="*", default=[], help="further jumps, in seconds from now")
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
