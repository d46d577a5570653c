"""Whether a row that was read can be taken: changeset.md, section 8."""

from .errors import Refused
from .identity import journal_id, version_id
from .page import Row
from .primitives import NULL

BODY_MAX = 1024 * 1024
COLUMNS_MAX = 64


def in_our_order(table, row):
    """The row with all columns of the receiver's table, in its order, and then those that the receiver
    does not know, by name: of a row with a clock those that were written."""
    place = {name: at for at, name in enumerate(row.columns)}
    own = [column.name for column in table.columns]
    stamp_of = dict(zip(row.columns, row.clock.stamps))
    extras = sorted(name for name in row.columns if name not in own)
    if not row.clock.is_empty:
        extras = [name for name in extras if stamp_of.get(name) is not None]
    values = [row.values[place[each.name]] if each.name in place else each.default for each in table.columns]
    values += [row.values[place[name]] for name in extras]
    row.clock.stamps = [] if row.clock.is_empty else [stamp_of.get(name) for name in own + extras]
    return Row(row.table, own + extras, row.id, row.clock, values)


def check(table, row):
    """Raises the first objection, by its number in section 8."""
    _object(1, table.id_length not in (None, len(row.id)), "the id's length")
    _object(2, row.clock.is_empty != table.append_only, "the empty clock is for append-only rows")
    _object(3, (table.append_only or table.immutable) and not row.clock.is_alive, "a dead immutable row")
    for column, value in zip(table.columns, row.values):
        _object(4, not _fits(column, value), f"the kind of {column.name}")
    _object(4, any(value.is_nan for value in row.values), "a number that is none")
    value_of = {column.name: value.content for column, value in zip(table.columns, row.values)}
    if table.name == "versions":
        _check_version(row, value_of)
    if table.name == "conflicts":
        _check_journal(row, value_of)
    _object(7, len(row.columns) > COLUMNS_MAX, "the number of columns")


def _object(number, applies, reason):
    if applies:
        raise Refused(f"rule-{number}", reason)


def _fits(column, value):
    if value.is_nan:
        return False
    if column.kind is None or value.kind == column.kind:
        return True
    return value.kind == NULL and column.nullable


def _check_version(row, value_of):
    parents = value_of["parents"]
    each = [parents[at : at + 32] for at in range(0, len(parents), 32)]
    _object(5, len(value_of["prompt_id"]) not in (16, 32), "the prompt id's length")
    _object(5, len(parents) % 32 != 0, "the parents' length")
    _object(5, len(value_of["body"]) > BODY_MAX, "the body's length")
    _object(5, any(a >= b for a, b in zip(each, each[1:])), "the parents do not ascend")
    hashed = ("kind", "body", "settings", "variables", "type")
    id = version_id(value_of["prompt_id"], each, *(value_of[name] for name in hashed))
    _object(5, id != row.id, "its id is not the hash of its content")


def _check_journal(row, value_of):
    _object(6, len(value_of["row_id"]) not in (16, 32), "the row id's length")
    _object(6, len(value_of["replica"]) != 16, "the replica's length")
    _object(6, value_of["seq"] < 1, "the seq")
    stamp = (value_of["hlc"], value_of["replica"], value_of["seq"])
    names = (value_of["table_name"], value_of["column_name"])
    id = journal_id(names[0], value_of["row_id"], names[1], stamp, row.values[6])
    _object(6, id != row.id, "its id is not that of its content")
