#!/usr/bin/env python3
"""What the log of messages costs a call: two gateways with one provider, in turns, in one run, one of which logs.

At the end the one that logs is stopped; each message that it was asked is in its file then, and none of it in clear.
"""

import sqlite3
import sys

import gateway
import stage

MARK = "a sentence that nobody may find on the disk"


def ask_with_mark(way):
    way.bodies = {kind: body.replace("Say hello.", MARK) for kind, body in way.bodies.items()}
    return way


def clear_text(server):
    """The files of the log in which something of what was said can be read."""
    said = [MARK.encode(), b"The quick brown fox"]
    return [path.name for path in server.data.glob("messages*") if any(text in path.read_bytes() for text in said)]


def scenario(play, options):
    answers, streams = options.ports
    gateway.start_provider(play, answers, streams)
    base = {"answers": f"http://127.0.0.1:{answers}/v1", "streams": f"http://127.0.0.1:{streams}/v1"}
    providers = {"whole": base["answers"], "parts": base["streams"]}
    models = {"answers": "whole/stub", "streams": "parts/stub"}
    ways, servers = [], {}
    for name, arguments in ("without", ()), ("with", ("--message-log",)):
        server, token = play.gateway(providers, *arguments, name=name)
        servers[name] = server
        ways.append(ask_with_mark(
            gateway.Way(name, dict.fromkeys(base, server.url + "/v1"), models, token, server.process)))
    asked = sum(way.load(play, kind, 8, 2)["count"] for way in ways[1:] for kind in base)
    ways[0].load(play, "answers", 8, 2)
    for kind, connections in ("answers", 1), ("answers", 16), ("streams", 16):
        found = gateway.measure(play, ways, kind, connections, options)
        ratio = found["with"]["p50"] / found["without"]["p50"]
        play.say(f"  {kind}, {connections:2} connections: with the log p50 is {ratio:.2f} times what it is without")
    server = servers["with"]
    server.stop()
    with sqlite3.connect(server.data / "messages.sqlite") as log:
        kept = log.execute("SELECT count(*) FROM messages").fetchone()[0]
    play.expect(f"at least 10,000 messages are logged: {kept}", kept >= max(10_000, asked))
    play.expect(f"none of it is in clear in {len(list(server.data.glob('messages*')))} files", not clear_text(server))


def main():
    parser = stage.parser(__doc__, minutes=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="of each load (%(default)s)")
    parser.add_argument("--ports", type=lambda text: [int(part) for part in text.split(",")],
                        default=[9103, 9104], help="of the provider: answers,streams")
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
