"""Numbers, values and their canonical bytes: changeset.md, sections 1 and 2; model.md, section 2."""

import math
import struct

from .errors import malformed, truncated

INT63_MAX = 2**63 - 1
UINT64_MAX = 2**64 - 1

NULL, INTEGER, REAL, TEXT, BLOB = range(5)


class Value:
    """One of SQLite's five kinds. `content` is None, an int, 8 bytes (the bits of a real), or bytes."""

    def __init__(self, kind, content=None):
        self.kind = kind
        self.content = content

    def canonical(self):
        if self.kind == NULL:
            return b"\0"
        if self.kind == INTEGER:
            return b"\1" + struct.pack(">q", self.content)
        return bytes([self.kind]) + self.content

    @property
    def is_nan(self):
        return self.kind == REAL and math.isnan(struct.unpack(">d", self.content)[0])

    def __eq__(self, other):
        return self.canonical() == other.canonical()

    def __repr__(self):
        return self.canonical().hex()


class ByteReader:
    """Reads from the front of bytes, and refuses to go past their end."""

    def __init__(self, data, at=0):
        self.data = data
        self.at = at

    def take(self, count):
        if count > len(self.data) - self.at:
            raise truncated("the bytes end too early")
        piece = self.data[self.at : self.at + count]
        self.at += count
        return piece

    def byte(self):
        return self.take(1)[0]

    def u32(self):
        return struct.unpack(">I", self.take(4))[0]

    def varint(self):
        number = 0
        for place in range(10):
            byte = self.byte()
            number |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:
                if number > UINT64_MAX:
                    raise malformed("a varint of more than 64 bits")
                return number
        raise malformed("a varint of more than ten bytes")

    @property
    def is_at_end(self):
        return self.at == len(self.data)


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def hlc(milliseconds):
    return min(max(milliseconds, 0), 2**47 - 1) * 65536


def next_reading(last, now):
    return last if last == INT63_MAX else max(hlc(now), last + 1)
