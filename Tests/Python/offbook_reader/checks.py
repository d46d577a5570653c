"""Checks the vectors, folder by folder. Each check yields what is wrong."""

import itertools
import json

from . import clock as clocks
from .cases import Notation, value
from .changeset_file import read_file
from .describe import describe
from .errors import Refused
from .identity import derived, digest, row_hash, version_id
from .join import Shape, join
from .primitives import next_reading


def valid(path):
    file = read_file(path.read_bytes())
    if describe(file) != path.with_suffix(".txt").read_text("utf-8"):
        yield "it reads as something else than the text beside it says"
    for page in file.pages:
        for row in (row for batch in page.batches for row in batch.rows):
            yield from _packs_again(row, page.replicas)


def _packs_again(row, replicas):
    """What is unpacked, packed and unpacked again is the same clock."""
    index_of = {replica: index for index, replica in enumerate(replicas)}
    again = clocks.unpack(clocks.pack(row.clock, index_of), replicas)
    if vars(again) != vars(row.clock):
        yield "a clock is another one when it is packed again"


def refused(path):
    try:
        read_file(path.read_bytes())
    except Refused as error:
        if not path.name.startswith(error.kind + "-"):
            yield f"it is refused as {error}"
    else:
        yield "it is taken"


def refused_somehow(path):
    try:
        read_file(path.read_bytes())
    except Refused:
        return
    yield "it is taken"


def merge(path):
    case = json.loads(path.read_text("utf-8"))
    notation = Notation(case["replicas"])
    shape = Shape(case["table"], [(n, r, j == "journalled") for n, r, j in case["columns"]], case["append_only"])
    states = [case["before"]] if case["before"] else []
    states = [notation.state(each) for each in states + case["incoming"]]
    row = bytes.fromhex(case["row"])
    for order in itertools.permutations(states):
        for sequence in (order, order + order):
            joined, _ = _joined(shape, row, sequence)
            if _written(notation, joined) != _normal(case["after"]):
                yield f"an order gives {_written(notation, joined)}"
    _, losses = _joined(shape, row, states)
    journal = [
        {"column": e.column, "stamp": notation.written_stamp(e.stamp), "value": e.value, "id": e.id.hex()}
        for e in losses
    ]
    if journal != [{**entry, "value": value(entry["value"])} for entry in case["journal"]]:
        yield f"it journals {journal}"


def _joined(shape, row, states):
    state, found = states[0], {}
    for other in states[1:]:
        state, losses = join(shape, row, state, other)
        for loss in losses:
            found.setdefault(loss.id, loss)
    return state, list(found.values())


def _written(notation, state):
    stamps = state.clock.stamps
    columns = [[each, notation.written_stamp(stamp)] for each, stamp in zip(state.values, stamps)]
    return {**notation.written_clock(state.clock), "columns": columns}


def _normal(written):
    return {**written, "columns": [[value(each), stamp] for each, stamp in written["columns"]]}


def derived_ids(case):
    parts = [part.encode() if isinstance(part, str) else value(part).content for part in case["parts"]]
    table = case["table"]
    yield from _differs(derived(table, parts).hex(), case["id"])


def version_ids(case):
    texts = [value(case[name]).content for name in ("kind", "body", "settings", "variables", "type")]
    parents = [bytes.fromhex(parent) for parent in case["parents"]]
    yield from _differs(version_id(bytes.fromhex(case["prompt"]), parents, *texts).hex(), case["id"])


def digests(case):
    hashes = [
        row_hash(row["table"], bytes.fromhex(row["id"]), [value(each) for each in row["values"]])
        for row in case["rows"]
    ]
    yield from _differs([each.hex() for each in hashes], case["hashes"])
    yield from _differs(digest(hashes), case["digest"])


def packed_clocks(case):
    replicas = [bytes.fromhex(each) for each in case["replicas"]]
    notation = Notation(dict(zip("AB", case["replicas"])))
    clock = clocks.unpack(bytes.fromhex(case["packed"]), replicas)
    found = {**notation.written_clock(clock), "stamps": [notation.written_stamp(each) for each in clock.stamps]}
    yield from _differs(found, {name: case[name] for name in found})
    packed = clocks.pack(notation.clock(case, case["stamps"]), {id: at for at, id in enumerate(replicas)})
    yield from _differs(packed.hex(), case["packed"])


def times(case):
    yield from _differs(next_reading(case["last"], case["now"]), case["next"])


def _differs(found, wanted):
    if found != wanted:
        yield f"{found} in place of {wanted}"
