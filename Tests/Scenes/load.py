#!/usr/bin/env python3
"""A long mixed load on one server: requests over connections that are kept, syncs of commands, streams of events.

Fails where memory, open files or threads grow over the second half, where a request fails, and where not all
libraries hold the same at the end. Growth is the slope of a straight line through the samples (least squares),
times the length of that half.
"""

import http.client
import json
import random
import selectors
import socket
import sys
import threading
import time

import stage


class Requests(threading.Thread):
    """One connection that asks again and again, `rate` times a second on average; as often as it can with none."""

    def __init__(self, server, token, seed):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.chance = random.Random(seed)
        self.seed = seed
        self.rate = None
        self.over = threading.Event()
        self.spans = {"read": [], "write": []}
        self.failures = []
        self.prompts = []  # ids that are there for good
        self.mine = []  # ids that this one has made, and deletes again
        self.written = 0

    def ask(self, method, path, expected, body=None):
        began = time.monotonic()
        self.connection.request(method, path, body and json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        self.spans["read" if method == "GET" else "write"].append(time.monotonic() - began)
        if answer.status != expected:
            raise stage.Failure(f"{method} {path}: {answer.status} {content[:300]}")
        return json.loads(content)

    def once(self):
        """Four of five read."""
        prompt, number = self.chance.choice(self.prompts), self.chance.random()
        if number < 0.5:
            self.ask("GET", f"/api/v1/prompts/{prompt}", 200)
        elif number < 0.6:
            self.ask("GET", f"/api/v1/prompts/by-name?name=p{self.chance.randrange(len(self.prompts))}", 200)
        elif number < 0.75:
            self.ask("GET", "/api/v1/prompts?limit=20&sort=-updated_at", 200)
        elif number < 0.8:
            self.ask("GET", "/api/v1/prompts/search?query=text", 200)
        elif number < 0.92:
            self.written += 1
            text = f"text {self.written} of connection {self.seed}"
            self.ask("PUT", f"/api/v1/prompts/{prompt}", 200, {"body": text})
        elif self.mine and (number < 0.96 or len(self.mine) > 20):
            self.ask("DELETE", f"/api/v1/prompts/{self.mine.pop()}", 200)
        else:
            self.written += 1
            made = {"name": f"made {self.seed} {self.written}", "body": "a text that soon goes again"}
            self.mine.append(self.ask("POST", "/api/v1/prompts", 201, made)["id"])

    def run(self):
        due = time.monotonic()
        while not self.over.is_set():
            try:
                self.once()
            except Exception as failure:
                self.failures.append(f"{type(failure).__name__}: {failure}")
                self.connection.close()
                time.sleep(0.5)
            due = max(due, time.monotonic() - 1)
            if self.rate:
                due += self.chance.expovariate(self.rate)
                self.over.wait(max(due - time.monotonic(), 0))


class Syncs(threading.Thread):
    """A person at a machine: edits, and syncs. Each has prompts of their own, as divergences that nobody merges would
    pile up else."""

    def __init__(self, library, seed, pause):
        super().__init__(daemon=True)
        self.library = library
        self.chance = random.Random(seed)
        self.pause = pause
        self.over = threading.Event()
        self.failures = []
        self.count = 0

    def run(self):
        while not self.over.is_set():
            try:
                if self.chance.random() < 0.5:
                    prompt = f"{self.library.name} {self.chance.randrange(10)}"
                    self.library.run("edit", prompt, "--body", f"sync {self.count} of {self.library.name}")
                self.library.run("sync", "--quiet")
                self.count += 1
            except Exception as failure:
                self.failures.append(f"{type(failure).__name__}: {failure}")
            self.over.wait(self.chance.uniform(0, 2 * self.pause))


class Streams(threading.Thread):
    """Listens on many connections, and counts what is told."""

    def __init__(self, server, workspace, token, count):
        super().__init__(daemon=True)
        self.over = threading.Event()
        self.failures = []
        self.told = 0
        self.selector = selectors.DefaultSelector()
        request = (f"GET /sync/v1/events?workspace={workspace} HTTP/1.1\r\nHost: localhost\r\n"
                   f"Authorization: Bearer {token}\r\n\r\n")
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            connection.sendall(request.encode())
            self.selector.register(connection, selectors.EVENT_READ)

    def run(self):
        while not self.over.is_set():
            for key, _ in self.selector.select(0.5):
                try:
                    data = key.fileobj.recv(1 << 16)
                except OSError as failure:
                    data, why = b"", str(failure)
                else:
                    why = "it has ended"
                self.told += data.count(b"data:")
                if not data:
                    self.failures.append(f"a stream: {why}")
                    self.selector.unregister(key.fileobj)
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()


def growth(samples, column):
    """Of the line that is nearest to the samples, from the first to the last of them."""
    points = [(sample["second"], sample[column]) for sample in samples]
    middle_x, middle_y = (sum(column) / len(points) for column in zip(*points))
    slope = sum((x - middle_x) * (y - middle_y) for x, y in points) / sum((x - middle_x) ** 2 for x, y in points)
    return slope * (points[-1][0] - points[0][0])


def disk(server):
    """MiB of the workspaces' files."""
    return sum(file.stat().st_size for file in (server.data / "workspaces").iterdir()) / (1 << 20)


def capacity(workers, seconds):
    """Requests a second that these connections get through together, as fast as they can."""
    before = done(workers)
    time.sleep(seconds)
    return (done(workers) - before) / seconds


def done(workers):
    return sum(len(spans) for worker in workers for spans in worker.spans.values())


def fill(play, libraries, count, size):
    """So many that none gets a long history, and so large that the database is larger than SQLite's caches of it, 32
    MiB a connection: they are full soon, and what grows after that is something else."""
    chance = random.Random(1)
    file = play.directory / "prompts.jsonl"
    with open(file, "w") as lines:
        for number in range(count):
            print(json.dumps({"name": f"p{number}", "body": f"text {number} " + chance.randbytes(size * 512).hex()}),
                  file=lines)
    libraries[0].run("import", file)
    for library in libraries:
        library.run("sync", seconds=120)


def scenario(play, options):
    # A line for each request would fill the disk.
    server = play.server(arguments=("--log-level", "notice"))
    _, libraries = play.team([f"client{number}" for number in range(options.clients)], prompts=0, server=server)
    process, token = server.process, server.token()
    workers = [Requests(server, token, seed) for seed in range(options.connections)]
    fill(play, libraries, options.prompts, options.size)
    prompts = []
    while len(prompts) < options.prompts:
        page = workers[0].ask("GET", f"/api/v1/prompts?limit=100&offset={len(prompts)}", 200)["items"]
        prompts += [prompt["id"] for prompt in page]
    for library in libraries:
        for number in range(10):
            library.run("new", f"{library.name} {number}", "--body", "a text")
    syncs = [Syncs(library, seed, options.pause) for seed, library in enumerate(libraries)]
    streams = Streams(server, libraries[0].workspace, token, options.streams)
    for worker in workers:
        worker.prompts = prompts
    for thread in [*workers, *syncs, streams]:
        thread.start()

    rate = options.rate
    if not rate:
        time.sleep(2)
        most = capacity(workers, 10)
        rate = most / 2
        play.say(f"{most:.0f} requests a second is the most that {options.connections} connections of this script get "
                 f"through; half of it goes on")
    for worker in workers:
        worker.rate = rate / len(workers)

    play.say(f"{rate:.0f} requests a second, {options.clients} clients that sync each {options.pause:g} s, "
             f"{options.streams} streams, for {options.minutes:g} minutes")
    play.say("  second  requests/s   syncs    told   RSS MiB   files  threads   CPU %   disk MiB")
    samples, began = [], time.monotonic()
    requests, cpu, at = done(workers), process.cpu(), began
    every = min(10, options.minutes * 60 / 12)
    while time.monotonic() - began < options.minutes * 60:
        time.sleep(every)
        if process.has_ended():
            raise stage.Failure("the server has ended")
        now = time.monotonic()
        sample = {"second": now - began, "memory": process.memory() / 1024, "files": process.files(),
                  "threads": process.threads(), "disk": disk(server)}
        play.say(
            f"  {sample['second']:6.0f}  {(done(workers) - requests) / (now - at):10.0f}  "
            f"{sum(one.count for one in syncs):6}  {streams.told:6}  {sample['memory']:8.1f}  {sample['files']:6}  "
            f"{sample['threads']:7}  {(process.cpu() - cpu) / (now - at) * 100:6.1f}  {sample['disk']:9.1f}")
        requests, cpu, at = done(workers), process.cpu(), now
        samples.append(sample)

    threads = [*workers, *syncs, streams]
    for thread in threads:
        thread.over.set()
    for thread in threads:
        thread.join(90)
    play.expect("all connections, clients and streams came to their end", not any(t.is_alive() for t in threads))
    for kind in "read", "write":
        spans = [span for worker in workers for span in worker.spans[kind]]
        play.say(f"{len(spans)} requests to {kind}: {stage.milliseconds(spans)}")
    failures = [failure for thread in threads for failure in thread.failures]
    play.expect(f"nothing has failed: {len(failures)} of {done(workers)} requests, "
                f"{sum(one.count for one in syncs)} syncs and {options.streams} streams", not failures)
    for failure in sorted(set(failures))[:10]:
        play.say(f"         {failure}")
    second_half = samples[len(samples) // 2:]
    play.say(f"over the second half, the library's files grew by {growth(second_half, 'disk'):.1f} MiB")
    for column, unit, most in (("memory", "MiB", options.memory), ("files", "", options.files),
                               ("threads", "", options.threads)):
        grown = growth(second_half, column)
        play.expect(f"over the second half, {column} grew by at most {most:g} {unit}: {grown:+.2f}", grown <= most)

    for library in (*libraries, *libraries):
        library.run("sync", "--quiet")
    play.expect_equal(*libraries, server)


def main():
    parser = stage.parser(__doc__, minutes=0)
    parser.add_argument("--minutes", type=float, default=30, help="how long (%(default)s)")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--prompts", type=int, default=1000, help="in the library (%(default)s)")
    parser.add_argument("--size", type=int, default=48, help="KiB of each of their texts (%(default)s)")
    parser.add_argument("--rate", type=float, default=0,
                        help="requests a second; half of what is possible unless given")
    parser.add_argument("--clients", type=int, default=4, help="libraries that sync by commands (%(default)s)")
    parser.add_argument("--pause", type=float, default=2, help="seconds between their syncs (%(default)s)")
    parser.add_argument("--streams", type=int, default=100, help="streams of events (%(default)s)")
    parser.add_argument("--memory", type=float, default=8, help="MiB that it may grow in the second half (%(default)s)")
    parser.add_argument("--files", type=float, default=10,
                        help="open files that it may grow by; each sync has some for a moment (%(default)s)")
    parser.add_argument("--threads", type=float, default=2, help="threads that it may grow by (%(default)s)")
    options = parser.parse_args()
    options.minutes_most = options.minutes_most or options.minutes + 10
    return stage.play(scenario, options)


if __name__ == "__main__":
    sys.exit(main())
