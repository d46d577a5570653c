"""The synced tables, read out of model.md, section 3: the text itself is the schema."""

import re

from .primitives import BLOB, INTEGER, NULL, TEXT, Value


class Column:
    def __init__(self, name, rule, journalled, later):
        self.name = name
        self.later = later
        self.rule = rule
        self.journalled = journalled
        self.kind = TEXT
        self.nullable = False
        self.default = Value(TEXT, b"")


class Table:
    def __init__(self, name, columns, root, remarks):
        self.name = name
        self.columns = columns
        self.root = root
        self.append_only = "append-only" in remarks
        self.immutable = "immutable" in remarks
        self.id_length = 32 if "ids of 32 bytes" in remarks else 16

    @classmethod
    def unknown(cls, name, append_only):
        """A table that only a newer schema has."""
        table = cls(name, [], None, "append-only" if append_only else "")
        table.id_length = None
        return table


def read_schema(model):
    section = re.search(r"^## 3\. .*?(?=^## 4\. )", model, re.M | re.S).group(0)
    table_rows, default_rows = [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()[2:]]
        for block in re.findall(r"(?:^\|.*\n)+", section, re.M)
    ]
    tables = [_table(*cells) for cells in table_rows]
    _give_kinds(tables, section)
    _give_defaults(tables, default_rows)
    return {table.name: table for table in tables}


def _table(name, columns, root, remarks):
    found = []
    for rule, names in re.findall(r"(?:(latest|earliest): )?((?:`\w+`[*†]?(?:, )?)+)", columns):
        for column, mark in re.findall(r"`(\w+)`([*†]?)", names):
            found.append(Column(column, rule or "append-only", mark != "*" and bool(rule), mark == "†"))
    pair = re.findall(r"`(\w+)`", root)
    return Table(name.strip("`"), found, tuple(pair) if pair else None, remarks)


def _give_kinds(tables, section):
    text = " ".join(section.split())
    integers = set(re.findall(r"`(\w+)`", re.search(r"INTEGER: (.*?)\. ", text).group(1)))
    blobs = set(re.findall(r"`(\w+)`", re.search(r"whose name ends in `_id` or `_by`, (.*?)\. ", text).group(1)))
    for column in (column for table in tables for column in table.columns):
        if column.name in integers:
            column.kind, column.default = INTEGER, Value(INTEGER, 0)
        elif column.name in blobs or column.name.endswith(("_id", "_by")):
            column.kind, column.default = BLOB, Value(BLOB, b"")


def _give_defaults(tables, rows):
    columns = {f"{table.name}.{column.name}": column for table in tables for column in table.columns}
    for default, names in rows:
        of = [columns[name] for name in re.findall(r"`(\w+\.\w+)`", names)]
        literals = re.findall(r"`'(.*?)'`", default)
        for at, column in enumerate(of):
            if default.startswith("NULL"):
                column.nullable, column.default = True, Value(NULL)
            elif literals:
                column.default = Value(TEXT, literals[min(at, len(literals) - 1)].encode())
            else:
                column.default = Value(INTEGER, int(default))
    columns["conflicts.value"].kind = None
