#!/usr/bin/env python3
"""Many clients that listen to one server: how soon a change reaches all, and what they cost it."""

import asyncio
import resource
import sys
import time

import stage


class Listeners:
    """Streams of events, each with the times at which a change was told."""

    def __init__(self, server, workspace, token):
        self.server = server
        self.request = (
            f"GET /sync/v1/events?workspace={workspace} HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {token}\r\n\r\n").encode()
        self.heard = []
        self.failures = []
        self.tasks = []

    async def add(self, count):
        for number in range(count):
            self.heard.append([])
            self.tasks.append(asyncio.create_task(self._listen(self.heard[-1])))
            if number % 50 == 49:
                await asyncio.sleep(0.05)

    async def _listen(self, heard):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
            try:
                writer.write(self.request)
                status = await reader.readline()
                if b" 200 " not in status:
                    raise stage.Failure(f"a stream was answered {status}")
                while line := await reader.readline():
                    if line.startswith(b"data:"):
                        heard.append(time.monotonic())
                raise stage.Failure("a stream has ended")
            finally:
                writer.close()
        except (OSError, stage.Failure) as failure:
            self.failures.append(failure)

    async def hear(self, counts, seconds):
        """Until each has heard more than so much."""
        last = time.monotonic() + seconds
        while any(len(heard) <= count for heard, count in zip(self.heard, counts)):
            if self.failures:
                raise stage.Failure(f"{len(self.failures)} streams failed: {self.failures[0]}")
            if time.monotonic() > last:
                missing = sum(len(heard) <= count for heard, count in zip(self.heard, counts))
                raise stage.Failure(f"{missing} streams have not heard of it within {seconds} s")
            await asyncio.sleep(0.01)

    async def end(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def scenario(play, options):
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = options.streams + 200
    if most != resource.RLIM_INFINITY and most < wanted:
        raise stage.Skip(f"a process may open {most} files here, and this takes {wanted}: ulimit -Hn")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    asyncio.run(listening(play, options))


async def listening(play, options):
    server, (library,) = play.team(["a"], prompts=1)
    process = server.process
    files, memory = process.files(), process.memory()
    play.say(f"before: {memory / 1024:.1f} MiB resident, {files} open files")

    listeners = Listeners(server, library.workspace, server.token())
    began = time.monotonic()
    await listeners.add(options.streams)
    await listeners.hear([0] * options.streams, 120)
    play.say(
        f"{options.streams} streams, all there within {time.monotonic() - began:.1f} s: "
        f"{process.memory() / 1024:.1f} MiB resident, {(process.memory() - memory) / options.streams:.1f} KiB each, "
        f"{process.files()} open files")

    spans = []
    cpu = process.cpu()
    for number in range(options.changes):
        await asyncio.to_thread(library.run, "edit", "p0", "--body", f"text {number}")
        before = [len(heard) for heard in listeners.heard]
        # The start of the process that syncs counts, too.
        began = time.monotonic()
        sync = asyncio.create_task(asyncio.to_thread(library.run, "sync", "--quiet"))
        await listeners.hear(before, 30)
        await sync
        spans += [heard[count] - began for heard, count in zip(listeners.heard, before)]
        await asyncio.sleep(0.5)
    play.say(f"from the start of a sync to the event, {options.changes} changes: {stage.milliseconds(spans)}; "
             f"{(process.cpu() - cpu) / options.changes * 1000:.0f} ms of the processor a change")
    play.expect("every change is told to every stream", len(spans) == options.streams * options.changes)
    play.expect("p99 is under 1 s", stage.percentile(spans, 0.99) < 1)

    cpu = process.cpu()
    await asyncio.sleep(options.idle)
    play.say(f"idle for {options.idle} s: {(process.cpu() - cpu) / options.idle * 100:.2f} % of a core, "
             f"{process.memory() / 1024:.1f} MiB resident")
    play.expect("no stream has ended", not listeners.failures)

    await listeners.end()
    # The server learns of it with its next comment line, which is due every 20 seconds.
    took = await asyncio.to_thread(stage.wait, "the server has let them go", lambda: process.files() < files + 20, 60)
    play.say(f"all gone; {took:.0f} s later {process.files()} open files, {process.memory() / 1024:.1f} MiB resident")
    took = process.stop(30)
    play.say(f"the server stopped within {took:.1f} s")


def main():
    parser = stage.parser(__doc__, minutes=10)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--idle", type=int, default=60, help="seconds of nothing to do (%(default)s)")
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
