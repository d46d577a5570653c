"""Ids and digests that are functions of content: model.md, sections 6, 9, 10 and 13."""

import hashlib
import struct



def framed_hash(fields):
    """SHA-256 over fields, each preceded by its length as a big-endian UInt64."""
    framed = hashlib.sha256()
    for field in fields:
        framed.update(struct.pack(">Q", len(field)))
        framed.update(field)
    return framed.digest()


def _text(text):
    return text.encode() if isinstance(text, str) else text


def derived(table, parts):
    id = bytearray(framed_hash([_text(table), *parts])[:16])
    id[6] = id[6] & 0x0F | 0x80
    id[8] = id[8] & 0x3F | 0x80
    return bytes(id)


def version_id(prompt_id, parents, kind, body, settings, variables, type):
    return framed_hash([prompt_id, b"".join(sorted(parents)), kind, body, settings, variables, type])


def journal_id(table, row_id, column, stamp, value):
    _, replica, seq = stamp
    parts = [_text(table), row_id, _text(column), replica, str(seq).encode(), value.canonical()]
    return derived("conflicts", parts)


def row_hash(table, id, values):
    return framed_hash([_text(table), id, *(value.canonical() for value in values)])


def digest(hashes):
    return f"{sum(int.from_bytes(each, 'big') for each in hashes) % 2**256:064x}"


LEFT_OUT_OF_DIGEST = {"conflicts", "users", "nodes"}


def visible_digest(rows, roots):
    """Of row states as one replica has them. `roots`: table -> (root's table, the naming column)."""
    rows = list(rows)
    alive = {(row.table, row.id) for row in rows if row.clock.is_alive}

    def is_visible(row):
        if row.table in LEFT_OUT_OF_DIGEST or not row.clock.is_alive:
            return False
        if row.table not in roots:
            return True
        table, column = roots[row.table]
        return (table, row.values[row.columns.index(column)].content) in alive

    return digest(row_hash(row.table, row.id, row.values) for row in rows if is_visible(row))
