#!/usr/bin/env python3
"""An older Offbook beside this one: daemons and commands of each with a server of each, and files between them.

All that one writes reaches the others, and all show the same, each by its own word. `make previous BASE=COMMIT`
builds the older one.
"""

import itertools
import sys

import stage

# The exit code of wrong usage.
USAGE = 2


def scenario(play, options):
    versions = {"old": options.previous, "new": play.offbook}
    for server_version, offbook in versions.items():
        play.say(f"- the {server_version} server")
        server = play.server(f"{server_version}-server", offbook=offbook)
        libraries = with_server(play, versions, server)
        files(play, versions, libraries, server_version)
        upgrade(play, libraries["old-cli"], libraries["new-cli"], server)
        for process in play.processes:
            if not process.has_ended():
                process.stop()


def with_server(play, versions, server):
    token = server.token()
    libraries, kept = {}, []
    for (version, offbook), way in itertools.product(versions.items(), ("daemon", "cli")):
        name = f"{version}-{way}"
        library = play.library(f"{name}-of-{server.name}", offbook=offbook)
        if not libraries:
            library.run("init", "--name", "Team", "--node", library.name)
        library.connect(server.url, token)
        library.run("sync")
        libraries[name] = library
        if way == "daemon" and library.attempt("daemon", "status").returncode == USAGE:
            play.say(f"  the {version} one has no daemon yet: commands sync there")
        elif way == "daemon":
            library.start_daemon()
            kept.append(library)
    for library in kept:
        stage.wait(f"{library.name} is in step", lambda: library.standing().get("state") == "in-step", 60)
    # An older daemon may not say.
    if any(library.standing().get("is_listening") is False for library in kept):
        play.say("  this server tells of nothing: daemons ask it now and then")
    cli = [library for library in libraries.values() if library not in kept]
    names = list(libraries)

    # Each makes a prompt; then each edits the prompt of another, labels it, and describes it.
    for name, library in libraries.items():
        library.run("new", name, "--body", f"of {name}", "--tag", "first", "--set", "temperature=0.5")
    settle(libraries, cli, "all have all", lambda library: all(name in library.run("list", "--json") for name in names))
    for number, (name, library) in enumerate(libraries.items()):
        theirs = names[(number + 1) % len(names)]
        library.run("edit", theirs, "--body", f"of {theirs}, edited by {name}")
        library.run("label", theirs, "staging")
        library.run("set", theirs, "--description", f"described by {name}")
    settle(libraries, cli, "all show the same", lambda library: library.run("digest") == server.run("digest"))
    for number, name in enumerate(names):
        theirs = names[(number + 1) % len(names)]
        shown = [library.run("show", theirs, "--label", "staging") for library in libraries.values()]
        described = [f"described by {name}" in library.run("list", "--json") for library in libraries.values()]
        play.expect(f"what {name} has edited, labelled and described is everywhere",
                    set(shown) == {f"of {theirs}, edited by {name}"} and all(described))

    # Two texts at once, joined by one of the other version.
    both = libraries["new-cli"], libraries["old-cli"]
    for library in both:
        library.run("edit", names[0], "--body", f"by {library.name} at once")
    for library in (*both, *both):
        library.run("sync")
    both[0].run("merge", names[0], "--ours")
    settle(libraries, cli, "the merge is everywhere", lambda library: library.run("digest") == server.run("digest"))
    play.expect_equal(*libraries.values(), server)
    return libraries


def settle(libraries, cli, what, condition):
    """Until all have it; where no daemon runs, somebody has to say sync."""
    def all_have():
        for library in cli:
            library.run("sync")
        return all(condition(library) for library in libraries.values())

    # Where a server tells of nothing, two minutes are the longest pause between two questions.
    stage.wait(what, all_have, 150, step=0.2)


def files(play, versions, libraries, server_version):
    """A library goes to the other version as a file, is edited there, and comes back."""
    for version, offbook in versions.items():
        other = "new" if version == "old" else "old"
        source = libraries[f"{other}-cli"]
        name = f"{version}-with-file-{server_version}"
        reader = play.library(name, offbook=offbook)
        there, back = play.directory / f"{name}-there.offbook", play.directory / f"{name}-back.offbook"
        source.run("export", there)
        reader.run("import", there, "--node", name)
        play.expect(f"the {version} one takes the file of the {other} one, and shows the same",
                    reader.run("digest") == source.run("digest"))
        reader.run("edit", "old-cli", "--body", f"edited in {name}")
        reader.run("label", "old-cli", "staging")
        reader.run("new", name, "--body", "by file alone")
        reader.run("export", back)
        source.run("import", back)
        play.expect(f"and the {other} one takes it back",
                    source.run("show", "old-cli", "--label", "staging") == f"edited in {name}"
                    and reader.run("digest") == source.run("digest"))


def upgrade(play, old, new, server):
    """The older one's library is opened by the newer one, and goes on."""
    for library in (old, new, old, new):
        library.run("sync")
    before = old.run("digest")
    old.offbook = new.offbook
    play.expect("an older library that the newer one opens shows the same", old.run("digest") == before)
    old.run("edit", "old-cli", "--body", "after the upgrade")
    for library in (old, new):
        library.run("sync")
    play.expect("and what is written there travels", new.run("show", "old-cli") == "after the upgrade")
    play.expect_equal(old, new, server)


def main():
    parser = stage.parser(__doc__, minutes=30)
    parser.add_argument("--previous", required=True, help="the older binary")
    return stage.play(scenario, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
