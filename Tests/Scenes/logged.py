#!/usr/bin/env python3
"""What the log of messages costs a call: two gateways with one provider, in turns, in one run, one of which logs.

At the end the one that logs is stopped; each message that it was asked is in its file then, and none of it in clear.
"""

import sqlite3
import sys

import gateway
import stage

MARK = "a sentence that nobody may find on the disk"


class MarkedWay(gateway.Way):
    """Asks with the mark, and counts what it was answered."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.bodies = {kind: body.replace("Say hello.", MARK) for kind, body in self.bodies.items()}
        self.answered = 0

    def load(self, *arguments):
        figures = super().load(*arguments)
        self.answered += figures["count"]
        return figures


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
        ways.append(MarkedWay(name, dict.fromkeys(base, server.url + "/v1"), models, token, server.process))
    for way in ways:
        for kind in base:
            way.load(play, kind, 8, 2)
    for kind, connections in ("answers", 1), ("answers", 16), ("streams", 16):
        found = gateway.measure(play, ways, kind, connections, options)
        ratio = found["with"]["p50"] / found["without"]["p50"]
        play.say(f"  {kind}, {connections:2} connections: with the log p50 is {ratio:.2f} times what it is without")
    server, answered = servers["with"], ways[1].answered
    while answered < 10_000:
        ways[1].load(play, "answers", 16, options.seconds)
        answered = ways[1].answered
    server.process.stop(60)
    with sqlite3.connect(server.data / "messages.sqlite") as log:
        kept = log.execute("SELECT count(*) FROM messages").fetchone()[0]
    # wrk leaves some requests unanswered at its end: they may be logged too.
    play.expect(f"all of {answered} messages are logged: {kept}", kept >= answered)
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
