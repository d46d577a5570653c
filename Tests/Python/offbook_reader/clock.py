"""Vectors, stamps and the packed clock: model.md, sections 1 and 4; changeset.md, section 4.

A dot is (replica id, seq), a stamp (HLC, replica id, seq), a vector a dict from replica id to seq.
Tuples of Python compare as the model wants both to be ordered.
"""

from .errors import malformed
from .primitives import INT63_MAX, ByteReader, varint

VECTOR_ENTRIES_MAX = 65_536
COLUMNS_MAX = 64
STAMPS_MAX = 65


def contains(vector, dot):
    return vector.get(dot[0], 0) >= dot[1]


def joined(one, other):
    return {r: max(one.get(r, 0), other.get(r, 0)) for r in one.keys() | other.keys()}


class Clock:
    """E, D, the deletion, and a stamp or None for each column."""

    def __init__(self, edits, deletes, deletion, stamps):
        self.edits = edits
        self.deletes = deletes
        self.deletion = deletion
        self.stamps = stamps

    @property
    def is_empty(self):
        return not self.edits and not self.deletes

    @property
    def is_alive(self):
        return self.is_empty or any(not contains(self.deletes, dot) for dot in self.edits.items())

    def knows(self, dot):
        return contains(self.edits, dot) or contains(self.deletes, dot)


def unpack(data, dictionary):
    reader = ByteReader(data)
    clock = _FORMS.get(reader.byte(), _unknown)(reader, dictionary)
    if not reader.is_at_end:
        raise malformed("bytes left over after a clock")
    return clock


def _unknown(reader, dictionary):
    raise malformed("a clock of an unknown form")


def _empty(reader, dictionary):
    return Clock({}, {}, None, [])


def _one_transaction(reader, dictionary):
    dot = _dot(reader, dictionary)
    return _written_at_once(reader, dot, _time(reader))


def _import(reader, dictionary):
    return _written_at_once(reader, _dot(reader, dictionary), 0)


def _written_at_once(reader, dot, time):
    columns = _count(reader, COLUMNS_MAX, "columns")
    return Clock(dict([dot]), {}, None, [(time, *dot)] * columns)


def _general(reader, dictionary):
    edits = _vector(reader, dictionary)
    deletes = _vector(reader, dictionary)
    stamps = []
    for _ in range(_count(reader, STAMPS_MAX, "stamps")):
        dot = _dot(reader, dictionary)
        stamps.append((_time(reader), *dot))
    deletion = _deletion(reader, stamps)
    columns = [_column_stamp(reader, stamps) for _ in range(_count(reader, COLUMNS_MAX, "columns"))]
    clock = Clock(edits, deletes, deletion, columns)
    _check_general(clock)
    return clock


def _deletion(reader, stamps):
    flag = reader.byte()
    if flag > 1 or (flag == 1 and not stamps):
        raise malformed("the deletion's byte")
    return stamps.pop() if flag == 1 else None


def _column_stamp(reader, stamps):
    index = reader.varint()
    if index > len(stamps):
        raise malformed("a column index above the number of stamps")
    return stamps[index - 1] if index else None


def _check_general(clock):
    if clock.is_empty:
        raise malformed("a general clock without edits and deletes")
    for stamp in [*clock.stamps, clock.deletion]:
        if stamp is not None and not clock.knows(stamp[1:]):
            raise malformed("a stamp whose dot neither E nor D contains")


def _vector(reader, dictionary):
    entries = {}
    for _ in range(_count(reader, VECTOR_ENTRIES_MAX, "entries")):
        replica, seq = _dot(reader, dictionary)
        entries[replica] = max(seq, entries.get(replica, 0))
    return entries


def _dot(reader, dictionary):
    index = reader.varint()
    seq = reader.varint()
    if index >= len(dictionary):
        raise malformed("a replica index outside the dictionary")
    if not 1 <= seq <= INT63_MAX:
        raise malformed("a seq out of range")
    return dictionary[index], seq


def _time(reader):
    time = reader.varint()
    if time > INT63_MAX:
        raise malformed("a time out of range")
    return time


def _count(reader, most, what):
    count = reader.varint()
    if count > most:
        raise malformed(f"too many {what}")
    return count


_FORMS = {0: _empty, 1: _one_transaction, 2: _import, 3: _general}


def pack(clock, index_of):
    """The one packing that changeset.md prescribes, given the index of each replica."""
    if clock.is_empty:
        return b"\0"
    def dot_bytes(dot):
        return varint(index_of[dot[0]]) + varint(dot[1])
    at_once = _single_stamp(clock)
    if at_once:
        time, *dot = at_once
        head = b"\1" + dot_bytes(dot) + varint(time) if time else b"\2" + dot_bytes(dot)
        return head + varint(len(clock.stamps))
    return b"\3" + _packed_general(clock, dot_bytes)


def _single_stamp(clock):
    """The stamp that all columns have, where forms 01 and 02 can say all of the clock."""
    distinct = set(clock.stamps)
    if clock.deletes or clock.deletion or len(distinct) != 1 or None in distinct:
        return None
    (stamp,) = distinct
    return stamp if clock.edits == {stamp[1]: stamp[2]} else None


def _packed_general(clock, dot_bytes):
    out = b""
    for vector in (clock.edits, clock.deletes):
        out += varint(len(vector)) + b"".join(dot_bytes(dot) for dot in sorted(vector.items()))
    distinct = sorted(set(clock.stamps) - {None})
    listed = distinct + ([clock.deletion] if clock.deletion else [])
    out += varint(len(listed)) + b"".join(dot_bytes(s[1:]) + varint(s[0]) for s in listed)
    out += b"\1" if clock.deletion else b"\0"
    places = [0 if s is None else 1 + distinct.index(s) for s in clock.stamps]
    return out + varint(len(places)) + b"".join(map(varint, places))
