"""What is in a changeset file, in the form of changeset.md, section 9."""


def describe(file):
    lines = [_header_line(file.header)]
    for page in file.pages:
        lines.append("page")
        for batch in page.batches:
            columns = ", ".join(_column(*rule) for rule in batch.rules)
            lines.append(f"  {batch.table} ({columns})" + " append-only" * batch.append_only)
            for row in batch.rows:
                lines += _row_lines(row)
    return "".join(line + "\n" for line in lines)


def _header_line(header):
    return (
        f"schema {header.schema_version} workspace {header.workspace_id.hex()} “{header.workspace_name}”"
        f" replica {header.replica_id.hex()} “{header.node_name}” seq {header.seq} nonce {header.nonce.hex()}"
        f" since {header.since_position} next {header.next_position}"
        + (f" signed {header.public_key.hex()}" if header.public_key else "")
    )


def _column(name, rule, journalled):
    return name + (" earliest" if rule == "earliest" else "") + ("" if journalled else " silent")


def _row_lines(row):
    clock = row.clock
    return [
        f"    {row.id.hex()} {'alive' if clock.is_alive else 'dead'}",
        "      values" + "".join(f" {value!r}" for value in row.values),
        f"      edits {_vector(clock.edits)} deletes {_vector(clock.deletes)} deletion {_stamp(clock.deletion)}",
        "      stamps" + "".join(f" {_stamp(stamp)}" for stamp in _padded(clock.stamps, len(row.values))),
    ]


def _padded(stamps, count):
    return stamps + [None] * (count - len(stamps))


def _vector(vector):
    return "{" + " ".join(_dot(dot) for dot in sorted(vector.items())) + "}"


def _dot(dot):
    return f"{dot[0].hex()[-2:]}:{dot[1]}"


def _stamp(stamp):
    return "-" if stamp is None else f"{stamp[0]}@{_dot(stamp[1:])}"
