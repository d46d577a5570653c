"""What a message is checked for before protobuf parses it: changeset.md, sections 3 and 7."""

from .clock import COLUMNS_MAX
from .errors import Refused, malformed, over_limit
from .primitives import ByteReader

BATCHES_MAX = 1024
CLOCKS_MAX = 100_000
CLOCK_BYTES_MAX = 8 * 1024 * 1024
LIST_ENTRIES_MAX = 2_000_000
FIELD_MAX = 2**29 - 1
VARINT, FIXED_64, LENGTH = 0, 1, 2


class Outline:
    """What a page has of each so far."""

    def __init__(self):
        self.batches = self.clocks = self.clock_bytes = self.entries = 0

    def check(self):
        if (
            self.batches > BATCHES_MAX
            or self.clocks > CLOCKS_MAX
            or self.clock_bytes > CLOCK_BYTES_MAX
            or self.entries > LIST_ENTRIES_MAX
        ):
            raise over_limit("batches, clocks or list entries of a page")


def check_page(data):
    outline = Outline()
    for number, kind, content in fields(data):
        if (number, kind) == (2, LENGTH):
            outline.batches += 1
            outline.check()
            _check_batch(content, outline)


def _check_batch(data, outline):
    columns = 0
    for number, kind, content in fields(data):
        if (number, kind) == (5, LENGTH):
            outline.clocks += 1
            outline.clock_bytes += len(content)
        elif number == 6:
            outline.entries += _varints(kind, content)
        elif (number, kind) == (7, LENGTH):
            columns += 1
            if columns > COLUMNS_MAX:
                raise over_limit("columns of a batch")
            _check_column(content, outline)
        outline.check()


def _check_column(data, outline):
    for number, kind, content in fields(data):
        if number in (4, 6):
            outline.entries += _varints(kind, content)
        elif number == 5:
            outline.entries += len(content) // 8 if kind == LENGTH else int(kind == FIXED_64)
        outline.check()


def _varints(kind, content):
    """Of a list: one by itself, or as many as end in a packed one."""
    return sum(byte < 0x80 for byte in content) if kind == LENGTH else int(kind == VARINT)


def check_flat(data):
    for _ in fields(data):
        pass


def fields(data):
    """The number and wire type of each field, and its bytes where it has a length. Refuses groups."""
    reader = ByteReader(data)
    while not reader.is_at_end:
        try:
            tag = reader.varint()
            if not 1 <= tag >> 3 <= FIELD_MAX:
                raise malformed("a field number")
            content = _content(reader, tag & 7)
        except Refused:
            raise malformed("a message that can't be read") from None
        yield tag >> 3, tag & 7, content


def _content(reader, wire_type):
    if wire_type == 0:
        reader.varint()
    elif wire_type == 1:
        reader.take(8)
    elif wire_type == 2:
        return reader.take(reader.varint())
    elif wire_type == 5:
        reader.take(4)
    else:
        raise malformed("a group, or no field")
    return None
