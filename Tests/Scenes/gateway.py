#!/usr/bin/env python3
"""What the gateway adds to a call: JSON, HTTP, the check of the key, the log, and use written down.

nginx stands in for the provider and answers at once: with an answer on one port, with a whole stream on another.
Each figure is the gateway's and the provider's own, in turns, in one run. `--beside` measures another gateway in the
same run that has the same ports as its provider.
"""

import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time

import stage

TEXT = "The quick brown fox jumps over the lazy dog. " * 8
ANSWER = {
    "id": "chatcmpl-stub", "object": "chat.completion", "created": 1763600000, "model": "stub",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 20, "completion_tokens": 80, "total_tokens": 100}}
SAYS = """
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('FIGURES {"count": %d, "rate": %f, "p50": %f, "p99": %f, "failed": %d}\\n',
    summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


def chunks():
    head = {"id": "chatcmpl-stub", "object": "chat.completion.chunk", "created": 1763600000, "model": "stub"}
    deltas = [{"role": "assistant", "content": ""}] + [{"content": word + " "} for word in TEXT.split()]
    for delta in deltas:
        yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    yield {**head, "choices": [], "usage": ANSWER["usage"]}


def start_provider(play, answers, streams):
    directory = play.nginx(f"""
        server {{
            listen 127.0.0.1:{answers}; default_type application/json;
            location / {{ return 200 '{json.dumps(ANSWER)}'; }}
        }}
        server {{
            listen 127.0.0.1:{streams};
            location / {{ error_page 405 =200 /chat.sse; return 405; }}
            location = /chat.sse {{ types {{ }} default_type text/event-stream; }}
        }}""")
    (directory / "chat.sse").write_text(
        "".join(f"data: {json.dumps(each)}\n\n" for each in chunks()) + "data: [DONE]\n\n")


class Way:
    """A place to ask: the provider itself, the gateway, or another's."""

    def __init__(self, name, urls, models, key, process=None):
        self.name, self.urls, self.process = name, urls, process
        self.bodies = {
            kind: json.dumps({"model": models[kind], "messages": [{"role": "user", "content": "Say hello."}],
                              **({"stream": True} if kind == "streams" else {})}) for kind in urls}
        self.key = key

    def load(self, play, kind, connections, seconds):
        """What wrk says of so many connections, and what it costs."""
        script = play.directory / "load.lua"
        script.write_text(f"""
            wrk.method = "POST"
            wrk.body = [==[{self.bodies[kind]}]==]
            wrk.headers["Content-Type"] = "application/json"
            wrk.headers["Authorization"] = "Bearer {self.key}"
            {SAYS}""")
        began = self.process.cpu() if self.process else 0
        said = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", str(script),
             self.urls[kind] + "/chat/completions"], capture_output=True, text=True, timeout=seconds + 60).stdout
        found = re.search(r"FIGURES (\{.*\})", said)
        if not found:
            raise stage.Failure(f"wrk says: {said}")
        figures = json.loads(found.group(1))
        if figures["failed"]:
            raise stage.Failure(f"{self.name}: {figures['failed']} of {figures['count']} failed")
        if self.process:
            figures["cpu"] = (self.process.cpu() - began) / max(figures["count"], 1) * 1e6
        return figures

    def first(self, times):
        """Milliseconds to the first bytes of a stream's events, one stream after another."""
        host, port, path = re.match(r"http://([^:/]+):(\d+)(.*)", self.urls["streams"]).groups()
        body = self.bodies["streams"].encode()
        head = (f"POST {path}/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
                f"Authorization: Bearer {self.key}\r\nContent-Length: {len(body)}\r\n\r\n").encode()
        connection = socket.create_connection((host, int(port)), timeout=20)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        spans = []
        for _ in range(times):
            began, answer = time.perf_counter(), b""
            connection.sendall(head + body)
            while b"data: " not in answer:
                answer += self._more(connection)
            spans.append((time.perf_counter() - began) * 1000)
            while b"data: [DONE]\n\n" not in answer or (b"chunked" in answer.lower() and not answer.endswith(b"0\r\n\r\n")):
                answer += self._more(connection)
        connection.close()
        return spans

    @staticmethod
    def _more(connection):
        part = connection.recv(1 << 16)
        if not part:
            raise stage.Failure("a stream has ended too soon")
        return part


def gateway(play, base):
    server, token = play.gateway({"whole": base["answers"], "parts": base["streams"]})
    urls = dict.fromkeys(base, server.url + "/v1")
    return server, Way("Offbook", urls, {"answers": "whole/stub", "streams": "parts/stub"}, token, server.process)


def middle(figures, name):
    return statistics.median(each[name] for each in figures)


def measure(play, ways, kind, connections, options):
    """The medians of several turns."""
    rounds = {way.name: [] for way in ways}
    for _ in range(options.rounds):
        for way in ways:
            rounds[way.name].append(way.load(play, kind, connections, options.seconds))
    result = {}
    for way in ways:
        figures = rounds[way.name]
        result[way.name] = {name: middle(figures, name) for name in figures[0]}
        cost = f"  {result[way.name]['cpu']:6.0f} µs of CPU each" if "cpu" in figures[0] else ""
        play.say(f"  {kind}, {connections:2} connections  {way.name:9}  {result[way.name]['rate']:8.0f}/s  p50 "
                 f"{result[way.name]['p50']:7.3f} ms  p99 {result[way.name]['p99']:7.3f} ms{cost}")
    return result


def scenario(play, options):
    for tool in "nginx", "wrk":
        if not shutil.which(tool):
            raise stage.Skip(f"there is no {tool} here: apt-get install {tool}")
    answers, streams = options.ports
    start_provider(play, answers, streams)
    base = {"answers": f"http://127.0.0.1:{answers}/v1", "streams": f"http://127.0.0.1:{streams}/v1"}
    provider = Way("provider", base, dict.fromkeys(base, "stub"), "none")
    server, ours = gateway(play, base)
    ways = [provider, ours]
    if options.beside:
        urls = dict.fromkeys(base, options.beside + "/v1")
        ways.append(Way("beside", urls, dict(zip(base, options.beside_models)), options.beside_key))
    for way in ways:
        for kind in base:
            way.load(play, kind, 8, 2)

    alone = measure(play, ways, "answers", 1, options)
    added = alone["Offbook"]["p50"] - alone["provider"]["p50"]
    play.expect(f"at one connection it adds less than 0.5 ms: {added:.3f} ms", added < 0.5)
    many = measure(play, ways, "answers", 16, options)
    flows = measure(play, ways, "streams", 64, options)
    if options.beside:
        for what, figures in ("requests at 16 connections", many), ("64 streams", flows):
            ratio = figures["Offbook"]["rate"] / figures["beside"]["rate"]
            play.expect(f"{what}: at least 50 times as many as the other: {ratio:.1f}", ratio >= 50)
    firsts = {way.name: [] for way in ways}
    for _ in range(options.rounds):
        for way in ways[:2]:
            firsts[way.name] += way.first(300)
    late = stage.percentile(firsts["Offbook"], 0.5) - stage.percentile(firsts["provider"], 0.5)
    play.expect(f"the first of a stream comes within 1 ms of the provider's: {late:.3f} ms", late < 1)
    memory = server.process.memory() / 1024
    play.expect(f"less than 150 MiB are resident: {memory:.0f}", memory < 150)
    calls = int(re.search(r"\d+", json.dumps(json.loads(
        server.run("usage", "--by", "kind", "--json"))["items"][0]["count"])).group())
    play.say(f"  {calls} calls were written down")


def main():
    parser = stage.parser(__doc__, minutes=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="of each load (%(default)s)")
    parser.add_argument("--ports", type=lambda text: [int(part) for part in text.split(",")],
                        default=[9101, 9102], help="of the provider: answers,streams")
    parser.add_argument("--beside", help="the base URL of another gateway, without /v1")
    parser.add_argument("--beside-key", default="sk-bench")
    parser.add_argument("--beside-models", type=lambda text: text.split(","), default=["stub", "stub-sse"])
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
