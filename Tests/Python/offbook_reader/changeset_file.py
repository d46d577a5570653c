"""A changeset file: changeset.md, section 5, as far as step 6, and its pages."""

import hashlib

from . import ed25519
from .errors import Refused, malformed, over_limit, too_new, truncated
from .offbook_pb2 import FileHeader
from .outline import check_flat
from .page import COMPRESSED_MAX, parse, read_page
from .primitives import INT63_MAX, ByteReader

MAGIC = bytes.fromhex("8f4f4646424f4f4b0a")
CHECKSUM_LENGTH = 32
SIGNATURE_LENGTH = 64
SIGNATURE_CONTEXT = b"offbook changeset\n"
PAGES_MAX = 1_000_000


class ChangesetFile:
    def __init__(self, header, pages):
        self.header = header
        self.pages = pages


def read_file(data):
    content = _checked(data)
    reader = ByteReader(content, len(MAGIC) + 1)
    header = _header(reader.take(reader.u32()))
    frames = _frames(reader)
    _check_signature(header.public_key, content, reader.at)
    return ChangesetFile(header, [read_page(frame) for frame in frames])


def _check_signature(key, content, end):
    signature = content[end:]
    if len(signature) != (SIGNATURE_LENGTH if key else 0):
        raise malformed("the bytes after the end frame")
    signed = SIGNATURE_CONTEXT + hashlib.sha256(content[:end]).digest()
    if key and not ed25519.is_right(key, signed, signature):
        raise Refused("wrong-signature", "it is not that key's of this content")


def _checked(data):
    """All but the checksum, once it is known to fit (steps 1 to 4)."""
    if data[: len(MAGIC)] != MAGIC:
        raise Refused("not-a-changeset", "no magic")
    if len(data) <= len(MAGIC) + CHECKSUM_LENGTH:
        raise truncated("the file ends too early")
    version = data[len(MAGIC)]
    if version != 1:
        raise too_new("the format") if version > 1 else malformed("format 0")
    content, checksum = data[:-CHECKSUM_LENGTH], data[-CHECKSUM_LENGTH:]
    if hashlib.sha256(content).digest() != checksum:
        _follow_lengths(content)
        raise Refused("checksum-mismatch", "the SHA-256 does not fit")
    return content


def _follow_lengths(content):
    reader = ByteReader(content, len(MAGIC) + 1)
    reader.take(reader.u32())
    while length := reader.u32():
        reader.take(length)


def _frames(reader):
    frames = []
    while length := reader.u32():
        if length > COMPRESSED_MAX:
            raise over_limit("a file's page")
        frames.append(reader.take(length))
        if len(frames) > PAGES_MAX:
            raise over_limit("a file's pages")
    return frames


def _header(data):
    check_flat(data)
    header = parse(FileHeader, data)
    if len(header.workspace_id) != 16 or len(header.replica_id) != 16:
        raise malformed("an id of the header")
    if len(header.public_key) not in (0, 32):
        raise malformed("the key of the header")
    if max(header.seq, header.since_position, header.next_position) > INT63_MAX:
        raise malformed("a number of the header")
    return header
