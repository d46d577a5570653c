"""Whole libraries as files, and single rows of the real schema: model.md and changeset.md, section 8."""

import functools
import json

from .cases import Notation, value
from .changeset_file import read_file
from .clock import Clock
from .errors import Refused
from .identity import visible_digest
from .join import Shape, State, join
from .page import Row
from .primitives import NULL, Value
from .row_rules import check as check_rules
from .row_rules import in_our_order
from .schema import Table, read_schema

schema_of = functools.lru_cache(read_schema)


def check(path, model):
    """Joins all rows of the file into an empty replica, and compares the visible digest."""
    wanted = json.loads(path.with_suffix(".json").read_text("utf-8"))
    tables = schema_of(model)
    rows = _joined(read_file(path.read_bytes()), tables)
    counts = {name: sum(row.table == name for row in rows) for name in sorted({row.table for row in rows})}
    if counts != wanted["rows"]:
        yield f"it has rows {counts}"
    roots = {name: table.root for name, table in tables.items() if table.root}
    if (found := visible_digest(_known(rows, tables), roots)) != wanted["digest"]:
        yield f"its digest is {found}"


def _known(rows, tables):
    """Of the tables and columns of this schema only: nobody shows what he does not know.

    Without the last columns, as far as they came later and hold their defaults.
    """
    for row in (row for row in rows if row.table in tables):
        columns = tables[row.table].columns
        count = len(columns)
        while columns[count - 1].later and row.values[count - 1] == columns[count - 1].default:
            count -= 1
        yield Row(row.table, row.columns[:count], row.id, row.clock, row.values[:count])


def _joined(file, tables):
    held = {}
    for batch in (batch for page in file.pages for batch in page.batches):
        table = tables.get(batch.table) or Table.unknown(batch.table, batch.append_only)
        for row in batch.rows:
            row = in_our_order(table, row)
            check_rules(table, row)
            key = (batch.table, row.id)
            held[key] = _join(table, batch.rules, held[key], row) if key in held else row
    return list(held.values())


def _join(table, rules, one, other):
    known = [(column.name, column.rule, column.journalled) for column in table.columns]
    own = {name for name, _, _ in known}
    extras = sorted((rule for rule in rules if rule[0] not in own), key=lambda rule: rule[0])
    columns = known + [rule for rule in extras if rule[0] in {*one.columns, *other.columns}]
    shape = Shape(table.name, columns, table.append_only)
    state, _ = join(shape, one.id, _widened(one, columns), _widened(other, columns))
    return Row(one.table, [name for name, _, _ in columns], one.id, state.clock, state.values)


def _widened(row, columns):
    """The state with all of these columns; those that it has not were never written."""
    value_of = dict(zip(row.columns, row.values))
    stamp_of = dict(zip(row.columns, row.clock.stamps))
    clock = Clock(row.clock.edits, row.clock.deletes, row.clock.deletion, [stamp_of.get(n) for n, _, _ in columns])
    return State(clock, [value_of.get(name, Value(NULL)) for name, _, _ in columns])


def check_row(case, model):
    """One row as it came: taken, or refused by a rule of changeset.md, section 8."""
    table = schema_of(model).get(case["table"]) or Table.unknown(case["table"], case.get("append_only", False))
    notation = Notation(case["replicas"])
    clock = notation.clock(case, [case["stamp"]] * len(case["values"]))
    values = [value(each) for each in case["values"]]
    row = Row(table.name, case["columns"], bytes.fromhex(case["id"]), clock, values)
    try:
        check_rules(table, in_our_order(table, row))
        verdict = "taken"
    except Refused as error:
        verdict = error.kind
    if verdict != case["verdict"]:
        yield f"it is {verdict}, not {case['verdict']}"
