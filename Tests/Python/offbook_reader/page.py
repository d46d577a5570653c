"""A page: changeset.md, sections 3 and 7."""

import struct
import zlib

from google.protobuf.message import DecodeError

from . import clock as clocks
from .errors import malformed, over_limit, truncated
from .offbook_pb2 import Page
from .outline import check_page
from .primitives import BLOB, INTEGER, NULL, REAL, TEXT, Value

COMPRESSED_MAX = 4 * 1024 * 1024
INFLATED_MAX = 64 * 1024 * 1024
NAME_MAX = 200
ROWS_MAX = 100_000
VALUES_MAX = 2_000_000
REPLICAS_MAX = 65_536


class Row:
    """A row state: `columns` names the columns, `values` has one value for each."""

    def __init__(self, table, columns, id, clock, values, packed=None):
        self.table = table
        self.columns = columns
        self.id = id
        self.clock = clock
        self.values = values
        self.packed = packed


class Batch:
    """Rows of one table. `rules` has (name, "latest" or "earliest", journalled) for each column."""

    def __init__(self, table, rules, append_only, rows):
        self.table = table
        self.rules = rules
        self.append_only = append_only
        self.rows = rows


class DecodedPage:
    def __init__(self, replicas, batches):
        self.replicas = replicas
        self.batches = batches


def read_page(compressed):
    data = inflate(compressed)
    check_page(data)
    message = parse(Page, data)
    if sum(batch.rows for batch in message.batches) > ROWS_MAX:
        raise over_limit("rows in a page")
    if sum(batch.rows * len(batch.columns) for batch in message.batches) > VALUES_MAX:
        raise over_limit("values in a page")
    replicas = _dictionary(message.replicas)
    return DecodedPage(replicas, [_batch(batch, replicas) for batch in message.batches])


def parse(kind, data):
    message = kind()
    try:
        message.ParseFromString(data)
    except (DecodeError, UnicodeDecodeError) as error:
        raise malformed(f"no {kind.DESCRIPTOR.name} message: {error}") from None
    return message


def inflate(compressed):
    if len(compressed) > COMPRESSED_MAX:
        raise over_limit("a page's compressed bytes")
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(compressed, INFLATED_MAX + 1)
    except zlib.error as error:
        raise malformed(f"a page can't be inflated: {error}") from None
    if len(data) > INFLATED_MAX:
        raise over_limit("a page's inflated bytes")
    if not stream.eof:
        raise truncated("a zlib stream ends before its end")
    return data


def _dictionary(data):
    if len(data) % 16 or len(data) // 16 > REPLICAS_MAX:
        raise malformed("the dictionary")
    return [data[at : at + 16] for at in range(0, len(data), 16)]


def _batch(batch, replicas):
    names = [column.name for column in batch.columns]
    for name in [batch.table, *names]:
        _check_name(name)
    if any(not 0 <= column.rule <= 3 for column in batch.columns):
        raise malformed("the rule of a column")
    if len(set(names)) < len(names):
        raise malformed("a column named twice")
    if batch.id_length not in (16, 32) or len(batch.ids) != batch.rows * batch.id_length:
        raise malformed("the ids of a batch")
    if len(batch.clock_of_row) != batch.rows:
        raise malformed("clock_of_row")
    unpacked = [clocks.unpack(packed, replicas) for packed in batch.clocks]
    if len(unpacked) > batch.rows:
        raise malformed("more clocks than rows")
    if any(len(clock.stamps) > len(names) for clock in unpacked):
        raise malformed("a clock of more columns than its batch")
    if any(index >= len(unpacked) for index in batch.clock_of_row):
        raise malformed("a clock index outside the clocks")
    values = [_column(column, batch.rows) for column in batch.columns]
    rows = [_row(batch, names, unpacked, values, at) for at in range(batch.rows)]
    return Batch(batch.table, [_rule(column) for column in batch.columns], batch.append_only, rows)


def _check_name(name):
    if len(name.encode()) > NAME_MAX:
        raise over_limit("the name of a table or column")
    if not name or any(not "!" <= character <= "~" for character in name):
        raise malformed("the name of a table or column")


def _rule(column):
    return column.name, "earliest" if column.rule >= 2 else "latest", column.rule % 2 == 0


def _row(batch, names, unpacked, values, at):
    id = batch.ids[at * batch.id_length : (at + 1) * batch.id_length]
    index = batch.clock_of_row[at]
    own = [column[at] for column in values]
    return Row(batch.table, names, id, unpacked[index], own, batch.clocks[index])


def _column(column, rows):
    if column.kinds and len(column.kinds) != rows:
        raise malformed("the kinds of a column")
    kinds = column.kinds or [column.uniform] * rows
    take = _ColumnReader(column)
    return [take.value(kind) for kind in kinds]


class _ColumnReader:
    def __init__(self, column):
        self.integers = iter(column.integers)
        self.reals = iter(column.reals)
        self.lengths = iter(column.lengths)
        self.data = column.data
        self.at = 0

    def value(self, kind):
        if kind == NULL:
            return Value(NULL)
        if kind == INTEGER:
            return Value(INTEGER, self._next(self.integers))
        if kind == REAL:
            return Value(REAL, struct.pack(">d", self._next(self.reals)))
        if kind in (TEXT, BLOB):
            return Value(kind, self._bytes(self._next(self.lengths)))
        raise malformed("an unknown kind")

    def _next(self, numbers):
        number = next(numbers, None)
        if number is None:
            raise malformed("too few numbers in a column")
        return number

    def _bytes(self, length):
        if length > len(self.data) - self.at:
            raise truncated("a column's data is shorter than its lengths say")
        self.at += length
        return self.data[self.at - length : self.at]
