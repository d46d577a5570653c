#!/usr/bin/env python3
"""Readers of streams that are slow, or wait: what they cost the gateway's memory and processor.

The provider is `offbook-bench stub`: a stream of 64 MiB for the slow one, streams that say nothing more for the idle.
"""

import json
import socket
import sys
import time

import stage


def ask(server, token, model):
    body = json.dumps({"model": model, "stream": True, "messages": [{"role": "user", "content": "Hi"}]}).encode()
    connection = socket.socket()
    # What lies in this machine's buffers is not held by the gateway.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
    connection.settimeout(60)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    return connection


def begun(connection):
    said = connection.recv(1024)
    if b" 200 " not in said:
        raise stage.Failure(f"the gateway answers {said}")
    return said


def slow(play, server, token):
    """One that reads a little, and a little later some more."""
    before = server.process.memory()
    connection = ask(server, token, "huge")
    begun(connection)
    most, read, last = before, 0, time.monotonic() + 10
    while time.monotonic() < last:
        read += len(connection.recv(4096))
        most = max(most, server.process.memory())
        time.sleep(0.05)
    held = (most - before) / 1024
    play.expect(f"of 64 MiB for a reader of {read >> 10} KiB in 10 s, less than 4 MiB are held: {held:.1f} MiB", held < 4)
    connection.close()


def idle(play, server, token, count):
    before = server.process.memory()
    connections = [ask(server, token, "hang") for _ in range(count)]
    for connection in connections:
        begun(connection)
    each = (server.process.memory() - before) / count
    busy = server.process.cpu()
    time.sleep(10)
    busy = (server.process.cpu() - busy) / 10
    after = (server.process.memory() - before) / count
    play.expect(f"{count} idle streams hold less than 100 KiB each: {each:.0f} KiB, and {after:.0f} after 10 s",
                max(each, after) < 100)
    play.expect(f"and take less than 1 % of a core: {busy * 100:.2f} %", busy < 0.01)
    files = server.process.files()
    for connection in connections:
        connection.close()
    stage.wait("the streams end when their readers go", lambda: server.process.files() < files - 2 * count + 50, 30)
    play.expect("all of them end when their readers go", True)


def scenario(play, options):
    server, token = play.gateway({"stub": play.stub(options.bench)}, "--upstream-calls", "2000")
    begun(ask(server, token, "stub"))
    slow(play, server, token)
    idle(play, server, token, options.streams)
    memory = server.process.memory() / 1024
    play.expect(f"less than 150 MiB are resident: {memory:.0f}", memory < 150)


def main():
    parser = stage.parser(__doc__, minutes=5)
    parser.add_argument("--bench", required=True, help="the binary offbook-bench")
    parser.add_argument("--streams", type=int, default=500)
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
