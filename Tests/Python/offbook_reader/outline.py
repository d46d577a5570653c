"""What a message is checked for before protobuf parses it: changeset.md, sections 3 and 7."""

from .clock import COLUMNS_MAX
from .errors import Refused, malformed, over_limit
from .primitives import ByteReader

BATCHES_MAX = 1024
CLOCKS_MAX = 100_000
FIELD_MAX = 2**29 - 1


def check_page(data):
    batches = clocks = 0
    for number, content in fields(data):
        if number != 2 or content is None:
            continue
        batches += 1
        if batches > BATCHES_MAX:
            raise over_limit("batches of a page")
        clocks = _check_batch(content, clocks)


def _check_batch(data, clocks):
    columns = 0
    for number, content in fields(data):
        if content is None:
            continue
        if number == 5:
            clocks += 1
        if number == 7:
            columns += 1
            check_flat(content)
        if columns > COLUMNS_MAX or clocks > CLOCKS_MAX:
            raise over_limit("columns of a batch, or clocks of a page")
    return clocks


def check_flat(data):
    for _ in fields(data):
        pass


def fields(data):
    """The number of each field, and its bytes where it has a length. Refuses groups."""
    reader = ByteReader(data)
    while not reader.is_at_end:
        try:
            tag = reader.varint()
            if not 1 <= tag >> 3 <= FIELD_MAX:
                raise malformed("a field number")
            content = _content(reader, tag & 7)
        except Refused:
            raise malformed("a message that can't be read") from None
        yield tag >> 3, content


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
