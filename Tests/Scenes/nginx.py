#!/usr/bin/env python3
"""A labelled prompt from the local API, over TCP and the Unix socket, beside nginx with a file of that size.

The team's server is stopped. All runs on one core, as waking another one costs more than the answer; and in turns,
so that what else the machine does meets all alike.
"""

import json
import os
import pathlib
import shutil
import socket
import statistics
import sys
import time

import stage

PATH = "/api/v1/prompts/by-name?name=greeting&label=production"


class Connection:
    """One that is kept, and the request that is sent over it."""

    def __init__(self, place, path, *headers):
        if isinstance(place, int):
            self.socket = socket.create_connection(("127.0.0.1", place), timeout=10)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(10)
            self.socket.connect(str(place))
        self.request = "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode()

    def ask(self):
        """Seconds, the head, and the body."""
        began = time.perf_counter()
        self.socket.sendall(self.request)
        answer = b""
        while True:
            part = self.socket.recv(1 << 16)
            if not part:
                raise stage.Failure(f"a connection has ended: {answer[:200]}")
            answer += part
            end = answer.find(b"\r\n\r\n")
            if end >= 0 and len(answer) >= end + 4 + length(answer[:end]):
                return time.perf_counter() - began, answer[:end], answer[end + 4:]


def header(head, name):
    """What a header says, empty where it is not there."""
    for line in head.split(b"\r\n")[1:]:
        if line.lower().startswith(name + b":"):
            return line.split(b":", 1)[1].strip()
    return b""


def length(head):
    return int(header(head, b"content-length") or 0)


def start_nginx(play, body):
    port, path = stage.free_port(), play.directory / "nginx.socket"
    directory = play.nginx(f"server {{ listen 127.0.0.1:{port}; listen unix:{path}; }}")
    (directory / "prompt.json").write_bytes(body)
    return port, path


def scenario(play, options):
    if not shutil.which("nginx"):
        raise stage.Skip("there is no nginx here: apt-get install nginx")
    server, (library,) = play.team(["a"], prompts=100)
    library.run("new", "greeting", "--body", "x" * 1500)
    library.run("sync")
    library.run("label", "greeting", "production")
    daemon = library.start_daemon()
    stage.wait("the daemon is in step", library.in_step, 60)
    server.process.stop()

    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    for task in pathlib.Path(f"/proc/{daemon.pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})

    state = json.loads((library.data / "daemon.json").read_text())
    token = (library.data / "daemon.token").read_text().strip()
    _, head, body = Connection(state["socket"], PATH).ask()
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise stage.Failure(f"the daemon answers {head} {body}")
    port, path = start_nginx(play, body)
    ways = {
        "nginx, TCP": Connection(port, "/prompt.json"),
        "Offbook, TCP": Connection(state["port"], PATH, f"Authorization: Bearer {token}"),
        "nginx, Unix": Connection(path, "/prompt.json"),
        "Offbook, Unix": Connection(state["socket"], PATH),
        "Offbook, Unix, 304": Connection(state["socket"], PATH, f"If-None-Match: {header(head, b'etag').decode()}"),
    }
    for name, way in ways.items():
        for _ in range(500):
            _, head, answer = way.ask()
        if answer != (b"" if "304" in name else body):
            raise stage.Failure(f"{name} answers {head} {answer[:200]}")
    rounds = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, way in ways.items():
            spans = [way.ask()[0] for _ in range(options.requests)]
            rounds[name].append((stage.percentile(spans, 0.5), stage.percentile(spans, 0.99)))

    play.say(f"{len(body)} bytes, the server stopped; the median of {options.rounds} rounds of {options.requests}:")
    middle = {}
    for name, figures in rounds.items():
        middle[name], p99 = (statistics.median(column) * 1e6 for column in zip(*figures))
        play.say(f"  {name:18}  p50 {middle[name]:7.1f} µs  p99 {p99:7.1f} µs")
    for way in "TCP", "Unix":
        ratio = middle[f"Offbook, {way}"] / middle[f"nginx, {way}"]
        play.expect(f"over {way}, p50 is at most 3 times that of nginx: {ratio:.2f}", ratio <= 3)


def main():
    parser = stage.parser(__doc__, minutes=10)
    parser.add_argument("--requests", type=int, default=2000, help="of each way in a round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=7)
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
