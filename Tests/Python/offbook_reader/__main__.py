"""Reads every vector of the sync protocol: python3 -m offbook_reader SYNC_PROTOCOL_FOLDER

With --files FOLDER it reads the files of a folder: those with a text beside them must be read as it
says, all others refused. Written from the text of the protocol alone. Exit status: 0 where all is as it
must be, 1 where something is not, 77 where the protobuf package is missing.
"""

import json
import pathlib
import sys

MISSING = 77


def main(suites, folder):
    try:
        import google.protobuf  # noqa: F401
    except ImportError:
        print("the Python package protobuf is missing (Debian: python3-protobuf)")
        return MISSING
    wrong = 0
    for name, cases in suites(pathlib.Path(folder)):
        count = 0
        for case, problems in cases:
            count += 1
            for problem in problems:
                wrong += 1
                print(f"{name}: {case}: {problem}")
        print(f"{name}: {count}")
        wrong += count == 0
    return 1 if wrong else 0


def loose_files(folder):
    from . import checks

    def check(path):
        return checks.valid(path) if path.with_suffix(".txt").exists() else checks.refused_somehow(path)

    yield "files", each_file(folder, "*.offbook", check)


def suites_of(folder):
    from . import checks, exchanges, fingerprints, libraries

    vectors = folder / "vectors"
    model = (folder / "model.md").read_text("utf-8")
    yield "valid", each_file(vectors / "valid", "*.offbook", checks.valid)
    yield "invalid", each_file(vectors / "invalid", "*.offbook", checks.refused)
    yield "crashers", each_file(vectors / "crashers", "*.offbook", checks.refused)
    yield "merge", each_file(vectors / "merge", "*.json", checks.merge)
    yield "libraries", each_file(vectors / "libraries", "*.offbook", lambda path: libraries.check(path, model))
    for name, check in {
        "identities/derived-ids": checks.derived_ids,
        "identities/version-ids": checks.version_ids,
        "identities/digests": checks.digests,
        "identities/clocks": checks.packed_clocks,
        "identities/times": checks.times,
        "exchanges": exchanges.check,
        "rows": lambda case: libraries.check_row(case, model),
    }.items():
        yield name, each_case(vectors / f"{name}.json", check)
    yield "fingerprints", fingerprints.check(folder)


def each_file(folder, pattern, check):
    for path in sorted(folder.glob(pattern)):
        yield path.name, guarded(check, path)


def each_case(path, check):
    for case in json.loads(path.read_text("utf-8")):
        yield case["about"], guarded(check, case)


def guarded(check, argument):
    """A vector that the reader stumbles over is a finding like any other."""
    try:
        yield from check(argument)
    except Exception as error:
        yield f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--files", folder]:
            sys.exit(main(loose_files, folder))
        case [folder]:
            sys.exit(main(suites_of, folder))
    sys.exit("usage: python3 -m offbook_reader SYNC_PROTOCOL_FOLDER | --files FOLDER")
