"""The fingerprints of versioning.md, section 6, made from the text of the protocol alone."""

import hashlib
import re

from . import offbook_pb2
from .primitives import BLOB, INTEGER, TEXT
from .schema import read_schema

_KIND_NAMES = {INTEGER: "INTEGER", TEXT: "TEXT", BLOB: "BLOB", None: "ANY"}


def of_messages(proto):
    """Comments and white space do not count."""
    text = re.sub(r"//[^\n]*", "", proto)
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def of_tables(model):
    tables = read_schema(model)
    lines = [line for name in sorted(tables) for line in _lines(tables[name])]
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()


def _lines(table):
    kind = "append-only" if table.append_only else "immutable" if table.immutable else "mutable"
    root = "-" if table.root is None else ".".join(table.root)
    yield f"table {table.name} {kind} {table.id_length} {root}"
    for column in table.columns:
        rule = "earliest" if table.append_only else column.rule
        journalled = "journalled" if column.journalled else "silent"
        null = "null" if column.nullable else "required"
        yield f"column {column.name} {rule} {journalled} {_KIND_NAMES[column.kind]} {null} {column.default!r}"


def declared_fields(proto):
    """(message, field, number, repeated) of every field, as the text of the protocol declares them."""
    text = re.sub(r"//[^\n]*", "", proto)
    for message, body in re.findall(r"message (\w+) \{(.*?)\}", text, re.S):
        for repeated, name, number in re.findall(r"(repeated )?\w+ (\w+) = (\d+);", body):
            yield message, name, int(number), bool(repeated)


def generated_fields():
    for message in offbook_pb2.DESCRIPTOR.message_types_by_name.values():
        for field in message.fields:
            yield message.name, field.name, field.number, _is_repeated(field)


def _is_repeated(field):
    """Newer runtimes have a property for it, and warn of the label."""
    known = getattr(field, "is_repeated", None)
    return known if known is not None else field.label == field.LABEL_REPEATED


def check(folder):
    versioning = (folder / "versioning.md").read_text("utf-8")
    yield "generated code", _generated((folder / "offbook.proto").read_text("utf-8"))
    yield "messages", _compared(of_messages((folder / "offbook.proto").read_text("utf-8")), versioning)
    yield "tables", _compared(of_tables((folder / "model.md").read_text("utf-8")), versioning)


def _generated(proto):
    if set(declared_fields(proto)) != set(generated_fields()):
        yield "offbook_pb2.py is not that of offbook.proto: make protocol"


def _compared(fingerprint, versioning):
    if fingerprint not in versioning:
        yield f"{fingerprint} is not in versioning.md"
