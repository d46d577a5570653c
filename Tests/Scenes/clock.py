#!/usr/bin/env python3
"""The clock of a machine jumps while its daemon runs, and back: edits of then travel, later ones of others still win
over them, and the daemon neither spins nor stalls.

The processes of that machine are told another time of day by a library that comes before the system's. What they wait
by goes on evenly, as it does on a machine whose clock is set. (libfaketime 0.9.10 will not do: it shifts every
absolute timerfd by what the time of day is off, those of the monotonic clock too, and all timers spin or stand still.)
"""

import shutil
import subprocess
import sys
import time

import stage

DAY = 86400

SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

/* Read each time, so that the clock of a running process can jump. */
static long offset(void) {
    long seconds = 0;
    FILE *file = fopen(getenv("WRONG_CLOCK"), "re");
    if (!file || fscanf(file, "%ld", &seconds) != 1) abort();
    fclose(file);
    return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int status = real(clock, time);
    if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += offset();
    return status;
}

int gettimeofday(struct timeval *time, void *zone) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

/* Who waits until a time of day means that of this clock. */
int sem_timedwait(sem_t *semaphore, const struct timespec *until) {
    struct timespec right = *until;
    right.tv_sec -= offset();
    return sem_clockwait(semaphore, CLOCK_REALTIME, &right);
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    static int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    struct timespec now, right = *until;
    clock_gettime(CLOCK_MONOTONIC, &now);
    /* A condition of the monotonic clock has a time that is not of this century. */
    if (right.tv_sec - now.tv_sec > 10 * 365 * 86400L) right.tv_sec -= offset();
    return real(condition, mutex, &right);
}
"""


class Clock:
    def __init__(self, play):
        compiler = next(filter(None, map(shutil.which, ("cc", "clang", "gcc"))), None)
        if not compiler:
            raise stage.Skip("there is no C compiler here")
        library, source = play.directory / "clock.so", play.directory / "clock.c"
        source.write_text(SOURCE)
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True, timeout=60)
        self.file = play.directory / "clock"
        self.environment = {"LD_PRELOAD": str(library), "WRONG_CLOCK": str(self.file)}
        self.set(0)

    def set(self, seconds):
        # At once, as a process may be reading it.
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.rename(self.file)


def scenario(play, options):
    clock = Clock(play)
    clock.set(365 * DAY)
    environment = {**play.environment, **clock.environment}
    date = subprocess.run(["date", "+%s"], env=environment, capture_output=True, timeout=10)
    if abs(int(date.stdout) - time.time() - 365 * DAY) > 10:
        raise stage.Failure("the clock can't be set")
    clock.set(0)
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
        cpu, last = wrong.daemon.cpu(), description(other)
        time.sleep(options.quiet)
        after = (wrong.daemon.cpu() - cpu) / options.quiet * 100
        play.say(f"at {jump / DAY:+g} days: {len(spans)} edits, {stage.milliseconds(spans or [0])}; "
                 f"at rest {quiet:.2f} % of a core after the jump, {after:.2f} % after the edits")
        play.expect(f"the last edit stands at both: {last!r}",
                    description(wrong) == description(other) == last == f"at {jump / DAY:+g} days, "
                    f"{options.edits - 1}, by another, last")
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
