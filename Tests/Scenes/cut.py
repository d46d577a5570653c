#!/usr/bin/env python3
"""A network that silently swallows all: how soon a daemon notices, and how soon it is in step once it is back.

Two ways: packets that wait are sent again and arrive when it is back; or the connections of before are dead, as
behind a router that was started anew, and nobody says so. Commands on the machine that is cut off work as ever.

The network is a proxy, which takes a connection and then says nothing. Where packets are really lost, a new connection
fails after 10 seconds, so that a daemon that has noticed is back sooner than this shows.
"""

import sys
import time

import stage

# The client takes a stream for lost that says nothing for 60 s, and waits 120 s for an exchange
# (sync-protocol/http.md). A minute is the longest pause between two attempts.
STREAM, EXCHANGE, PAUSE = 60, 120, 60
SLACK = 10


def scenario(play, options):
    for way in options.ways:
        for seconds in options.seconds:
            one(play, way, seconds)


def one(play, way, seconds):
    name = f"{way}-{seconds:g}"
    play.say(f"- silent for {seconds:g} s, and connections are {'dead' if way == 'dead' else 'kept'}")
    server = play.server(f"server-{name}")
    proxy = stage.Proxy(server.port)
    _, (near, far) = play.team([f"near-{name}", f"far-{name}"], server=server)
    far.connect(proxy.url, server.token())
    for library in (near, far):
        library.start_daemon()
    for library in (near, far):
        stage.wait(f"{library.name} is in step", library.in_step, 60)
    # At some time between two comment lines, which come every 20 seconds.
    time.sleep(5)

    proxy.set("silent")
    cut = time.monotonic()
    cpu = far.daemon.cpu()
    near.run("new", "from-near", "--body", "x")
    commands = []
    for arguments in (("new", "from-far", "--body", "x"), ("edit", "from-far", "--body", "y"), ("list",),
                      ("show", "from-far"), ("label", "from-far", "staging"), ("daemon", "status")):
        began = time.monotonic()
        far.run(*arguments)
        commands.append(time.monotonic() - began)
    play.expect(f"commands work meanwhile: {stage.milliseconds(commands)}", max(commands) < 2)

    deaf = offline = None
    while time.monotonic() - cut < seconds:
        standing = far.standing()
        if deaf is None and not standing["is_listening"]:
            deaf = time.monotonic() - cut
        if offline is None and standing["state"] == "offline":
            offline = time.monotonic() - cut
        time.sleep(0.25)
    for noticed, what, most in ((deaf, "the stream is taken for lost", STREAM + SLACK),
                                (offline, "it says offline", EXCHANGE + SLACK)):
        if noticed is not None:
            play.expect(f"{what} after {noticed:.0f} s, at most {most}", noticed < most)
        elif seconds > most:
            play.expect(f"{what} within {most} s", False)
        else:
            play.say(f"         not yet: {what}")
    play.say(f"         the daemon's share of a core: {(far.daemon.cpu() - cpu) / seconds * 100:.2f} %")

    if way == "dead":
        proxy.forget()
    proxy.set("open")
    back = time.monotonic()
    # What was under way when the network went is waited for as long as an exchange may take.
    most = PAUSE + (EXCHANGE if way == "dead" else 0) + SLACK
    sent = received = None
    while None in (sent, received) and time.monotonic() - back < most + 60:
        if sent is None and near.attempt("show", "from-far").returncode == 0:
            sent = time.monotonic() - back
        if received is None and far.attempt("show", "from-near").returncode == 0:
            received = time.monotonic() - back
        time.sleep(0.05)
    for took, what in ((sent, "sent"), (received, "received")):
        said = "never" if took is None else f"within {took:.1f} s"
        play.expect(f"after the network is back, {what} {said}, at most {most} s", took is not None and took < most)
    play.say(f"         it listens again {stage.wait('it listens again', far.in_step, 120):.1f} s later")
    play.expect_equal(near, far, server)
    for process in (near.daemon, far.daemon, server.process):
        process.stop()


def main():
    parser = stage.parser(__doc__, minutes=40)
    parser.add_argument("--seconds", type=float, nargs="+", default=[10, 150], help="how long (%(default)s)")
    parser.add_argument("--ways", nargs="+", choices=["kept", "dead"], default=["kept", "dead"])
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
