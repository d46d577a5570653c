"""What the scenarios share: a temporary directory with servers, libraries and daemons, waits that have a bound,
figures, and bars.

A scenario is a function that `play` calls. However it ends, what it has started is stopped and what it has made
is removed; and the whole of it has a bound too, as one that hangs is worse than one that fails.
"""

import argparse
import asyncio
import contextlib
import ctypes
import glob
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


class Failure(Exception):
    """Something that the scenario can't go on without did not come about."""


class Skip(Exception):
    """This machine lacks what the scenario needs."""


def parser(description, minutes):
    """The options that all have. `minutes` bounds the whole."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--offbook", default=os.environ.get("OFFBOOK"), help="the binary; $OFFBOOK unless given")
    made.add_argument("--minutes-most", type=float, default=minutes, help="give up after so long (%(default)s)")
    return made


def play(scenario, options):
    """Plays it to its end, or to what ends it before. Returns the exit status."""
    if not options.offbook:
        sys.exit("name the offbook binary: --offbook or $OFFBOOK")

    def end(number, _):
        raise Failure("it took too long" if number == signal.SIGALRM else f"ended by {signal.Signals(number).name}")

    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, end)
    signal.alarm(max(int(options.minutes_most * 60), 1))
    name = pathlib.Path(sys.argv[0]).stem
    print(f"== {name} ==", flush=True)
    stage = Stage(options.offbook)
    try:
        scenario(stage, options)
    except Skip as skip:
        print(f"SKIPPED {name}: {skip}", flush=True)
        return 0
    except BaseException as failure:
        stage.missed.append(f"{type(failure).__name__}: {failure}")
        print(f"FAILED: {type(failure).__name__}: {failure}", flush=True)
        stage.show_logs()
        if not isinstance(failure, Failure):
            raise
    finally:
        # A second signal must not leave anything behind.
        for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        stage.close()
    print(f"{name}: " + (f"MISSED {len(stage.missed)}" if stage.missed else "all bars held"), flush=True)
    return 1 if stage.missed else 0


def wait(what, condition, seconds, step=0.02):
    """Until `condition` gives something true. Returns how many seconds that took."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(step)
    return time.monotonic() - began


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def milliseconds(seconds):
    """p50, p90, p99 and max of some spans, as text."""
    parts = [f"{name} {percentile(seconds, share) * 1000:.1f}" for name, share in
             (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1))]
    return " ".join(parts) + " ms"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Process:
    """One that the stage has started, with its output in a file."""

    def __init__(self, arguments, log, environment):
        self.log = log
        # Linux ends it with this script, should that be killed. It must be the main thread that starts it.
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment,
                preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
        self.pid = self.process.pid

    def said(self):
        return self.log.read_text(errors="replace")

    def has_ended(self):
        return self.process.poll() is not None

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait(10)

    def stop(self, seconds=10):
        """Returns how many seconds that took."""
        began = time.monotonic()
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"{self.log.name} did not end within {seconds} s of SIGTERM") from None
        return time.monotonic() - began

    def cpu(self):
        """Seconds of the processor so far."""
        fields = self._proc("stat").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self):
        """KiB that are resident."""
        return self._status("VmRSS")

    def threads(self):
        return self._status("Threads")

    def files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def _status(self, name):
        return next(int(line.split()[1]) for line in self._proc("status").splitlines() if line.startswith(name + ":"))

    def _proc(self, name):
        return pathlib.Path(f"/proc/{self.pid}/{name}").read_text()


class Stage:
    def __init__(self, offbook):
        self.offbook = os.path.abspath(shutil.which(offbook) or offbook)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="offbook-"))
        self.processes = []
        self.missed = []
        # What the caller has set is no part of the play.
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("OFFBOOK")}
        self.environment.update(HOME=str(self.directory), USER="ann", OFFBOOK_RATE_LIMIT="off")

    def say(self, text):
        print(text, flush=True)

    def expect(self, text, holds):
        """A bar: says whether it held, and keeps it for the end where not."""
        print(f"  {'ok    ' if holds else 'MISSED'} {text}", flush=True)
        if not holds:
            self.missed.append(text)

    def run(self, *arguments, offbook=None, environment=None, seconds=60, check=True):
        """A command to its end. Returns what it printed."""
        outcome = subprocess.run(
            [offbook or self.offbook, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            env={**self.environment, **(environment or {})}, timeout=seconds)
        if check and outcome.returncode:
            raise Failure(f"offbook {' '.join(map(str, arguments))}: {outcome.returncode}: {outcome.stderr.strip()}")
        return outcome.stdout.strip() if check else outcome

    def start(self, name, *arguments, environment=None):
        process = Process(
            list(map(str, arguments)), self.directory / f"{name}.log", {**self.environment, **(environment or {})})
        self.processes.append(process)
        return process

    def nginx(self, servers, connections=1024):
        """One worker of nginx with these server blocks, whose root is the directory that is returned."""
        directory = self.directory / "nginx"
        directory.mkdir(exist_ok=True)
        temporary = " ".join(f"{name}_temp_path {directory}/{name};"
                             for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        # Its workers would be nobody, who may not look into a temporary directory.
        user = "user root;" if os.geteuid() == 0 else ""
        (directory / "conf").write_text(f"""
            {user} daemon off; worker_processes 1; pid {directory}/pid; error_log {directory}/log;
            events {{ worker_connections {connections}; }}
            http {{
                access_log off; keepalive_requests 100000000; keepalive_timeout 300; tcp_nodelay on; sendfile on;
                open_file_cache max=10; root {directory}; {temporary}
                {servers}
            }}""")
        self.start("nginx", shutil.which("nginx"), "-e", directory / "log", "-c", directory / "conf")
        wait("nginx runs", lambda: (directory / "pid").exists() and (directory / "pid").read_text().strip(), 10)
        return directory

    def stub(self, bench):
        """A provider of completions. Returns its base URL."""
        stub = self.start("stub", bench, "stub")
        wait("the stub listens", lambda: "listening on" in stub.said(), 10)
        return re.search(r"listening on (\S+)", stub.said()).group(1)

    def gateway(self, providers, *arguments, name="server"):
        """A server whose workspace has these providers, by their names: base URLs. Returns it, and a token for it."""
        server = self.server(name, arguments=("--private-providers", *arguments))
        library = self.library("admin" if name == "server" else f"admin-{name}")
        library.run("init", "--name", "Team", "--node", "admin")
        token = server.token()
        library.connect(server.url, token)
        for name, base in providers.items():
            library.run("providers", "add", name, "--kind", "custom", "--url", base)
        library.run("sync")
        return server, token

    def server(self, name="server", **options):
        return Server(self, name, **options)

    def library(self, name, **options):
        return Library(self, name, **options)

    def team(self, names, prompts=10, server=None, url=None):
        """Libraries of one workspace, all in step. The first has made it, and the prompts p0, p1, ..."""
        server = server or self.server()
        token = server.token()
        libraries = [self.library(name) for name in names]
        libraries[0].run("init", "--name", "Team", "--node", names[0])
        libraries[0].connect(url or server.url, token)
        for number in range(prompts):
            libraries[0].run("new", f"p{number}", "--body", "x" * 500)
        for library in libraries:
            if library is not libraries[0]:
                library.connect(url or server.url, token)
            library.run("sync")
        return server, libraries

    def expect_equal(self, *places):
        """Libraries and servers show the same, and `doctor` finds nothing in any of them."""
        digests = {place.name: place.run("digest") for place in places}
        self.expect(f"{len(digests)} digests are equal", len(set(digests.values())) == 1)
        if len(set(digests.values())) > 1:
            self.say(f"         {digests}")
        found = {place.name: doctor.stdout + doctor.stderr
                 for place in places for doctor in [place.attempt("doctor", "--deep")] if doctor.returncode}
        self.expect("doctor --deep finds nothing", not found)
        for name, text in found.items():
            self.say(f"         {name}: {text.strip()[:2000]}")

    def show_logs(self, lines=15):
        for process in self.processes:
            with contextlib.suppress(OSError):
                said = process.said().splitlines()
                # A server's requests are not what is looked for.
                said = [line[:300] for line in said if '"message":"request"' not in line]
                print(f"--- the end of {process.log.name}:", *said[-lines:], sep="\n", flush=True)

    def close(self):
        running = [process for process in self.processes if not process.has_ended()]
        for process in running:
            process.signal(signal.SIGCONT)
            process.signal(signal.SIGTERM)
        last = time.monotonic() + 5
        for process in running:
            try:
                process.process.wait(max(last - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                process.process.kill()
                process.process.wait(10)
        shutil.rmtree(self.directory, ignore_errors=True)


class Place:
    """A data directory, of a library or a server."""

    def __init__(self, stage, name, offbook=None, environment=None, data=None):
        self.stage = stage
        self.name = name
        self.offbook = offbook or stage.offbook
        self.environment = environment or {}
        self.data = data or stage.directory / name

    def run(self, *arguments, **options):
        return self.stage.run(
            *arguments, "--data", self.data, offbook=self.offbook, environment=self.environment, **options)

    def attempt(self, *arguments, **options):
        return self.run(*arguments, check=False, **options)


class Server(Place):
    def __init__(self, stage, name, arguments=(), **options):
        super().__init__(stage, name, **options)
        self.arguments = arguments
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.launch()
        wait(f"{name} listens", self.listens, 30)

    def launch(self):
        self.process = self.stage.start(
            self.name, self.offbook, "serve", "--listen", f"127.0.0.1:{self.port}", "--data", self.data,
            *self.arguments, environment=self.environment)

    def listens(self):
        if self.process.has_ended():
            raise Failure(f"{self.name} has ended")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def token(self, workspace="Team"):
        return self.run("token", "create", "--workspace", workspace)


class Library(Place):
    def connect(self, url, token):
        self.run("connect", url, "--token", token, *(() if self.data.exists() else ("--node", self.name)))

    @property
    def file(self):
        return glob.glob(f"{self.data}/workspaces/*.sqlite")[0]

    @property
    def workspace(self):
        return pathlib.Path(self.file).stem

    def database(self):
        """As the sqlite3 shell has it: each statement is a transaction."""
        return sqlite3.connect(self.file, isolation_level=None, timeout=20)

    def start_daemon(self, name=None):
        self.daemon = self.stage.start(
            name or f"daemon-{self.name}", self.offbook, "daemon", "run", "--port", "0", "--data", self.data,
            environment=self.environment)
        return self.daemon

    def standing(self):
        """How its daemon says that it stands; nothing where it does not say."""
        status = self.attempt("daemon", "status", "--json")
        libraries = json.loads(status.stdout)["libraries"] if status.returncode == 0 else []
        return libraries[0] if libraries else {}

    def in_step(self):
        if self.daemon.has_ended():
            raise Failure(f"the daemon of {self.name} has ended")
        standing = self.standing()
        return standing.get("state") == "in-step" and standing.get("is_listening")


class Proxy:
    """A way to a port of this machine that can be cut. It runs in a thread of its own.

    `open` passes everything on. `cut` has ended all connections and takes no new ones. `silent` keeps connections
    and takes new ones, and passes nothing on, as a network does that swallows packets; what was sent meanwhile
    arrives once it is open again, as TCP sends it anew, unless `forget` has made all that were there then dumb
    for ever, as a router does that has lost its table.
    """

    def __init__(self, port):
        self.target = port
        self.state = "open"
        self.ends = {}  # each writer and whether it is dumb
        self.arrivals = []  # when connections came through
        self.loop = asyncio.new_event_loop()
        self.changed = asyncio.Event()
        listening = threading.Event()
        threading.Thread(target=self._run, args=(listening,), daemon=True).start()
        if not listening.wait(10):
            raise Failure("the proxy does not listen")
        self.url = f"http://127.0.0.1:{self.port}"

    def set(self, state):
        self.loop.call_soon_threadsafe(self._set, state)

    def forget(self):
        self.loop.call_soon_threadsafe(lambda: self.ends.update(dict.fromkeys(self.ends, True)))

    def _run(self, listening):
        asyncio.set_event_loop(self.loop)

        async def listen():
            server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]

        self.loop.run_until_complete(listen())
        listening.set()
        self.loop.run_forever()

    def _set(self, state):
        self.state = state
        if state == "cut":
            for end in list(self.ends):
                end.close()
        self.changed.set()
        self.changed = asyncio.Event()

    async def _opened(self):
        while self.state == "silent":
            await self.changed.wait()

    async def _connected(self, reader, writer):
        self.ends[writer] = False
        try:
            await self._opened()
            if self.state == "cut":
                return
            if self.ends[writer]:
                await asyncio.sleep(3600)
            there, here = await asyncio.open_connection("127.0.0.1", self.target)
            self.arrivals.append(time.monotonic())
            self.ends[here] = False
            await asyncio.gather(self._pass(reader, here), self._pass(there, writer))
        except OSError:
            pass
        finally:
            self.ends.pop(writer, None)
            writer.close()

    async def _pass(self, reader, writer):
        try:
            while data := await reader.read(1 << 16):
                await self._opened()
                if self.ends.get(writer):
                    # Nobody hears of anything that happens to such a connection.
                    await asyncio.sleep(3600)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            self.ends.pop(writer, None)
            writer.close()
