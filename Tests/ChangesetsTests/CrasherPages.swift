import Changesets

/// Pages that were built to hurt who reads them. The name begins with the error that must come of it.
enum CrasherPages {
    typealias Named = (String, [UInt8])

    static var all: [Named] { streams + messages + counts + bulks + batches + columns + clockNumbers + clockParts }

    private static let ten = [UInt8](repeating: 0xFF, count: 9)

    private static var streams: [Named] {
        let good = RawPage().bytes
        return [
            ("malformed-zlib-wants-a-dictionary", [0x78, 0x20, 0, 0, 0, 1, 3, 0]),
            ("malformed-zlib-wrong-checksum", good.dropLast() + [(good.last ?? 0) ^ 1]),
            ("truncated-zlib-without-its-checksum", good.dropLast(4)),
            ("truncated-zlib-after-its-header", Array(good.prefix(2))),
            ("over-limit-inflates-to-256-mib", Zlib.deflated([UInt8](repeating: 0, count: 256 << 20), level: 9)),
        ]
    }

    private static var messages: [Named] {
        let groups = [UInt8](repeating: 0x7B, count: 100_000) + [UInt8](repeating: 0x7C, count: 100_000)
        return [
            ("malformed-group", RawPage.of(RawPage().message.raw([0x7B, 0x7C]))),
            ("malformed-groups-nested-100000-deep", RawPage.of(RawPage().message.raw(groups))),
            ("malformed-groups-in-a-column", RawPage.with(column: RawMessage().raw(groups))),
            ("malformed-group-that-only-ends", RawPage.of(RawMessage().raw([0x7C]))),
            ("malformed-field-0", RawPage.of(RawMessage().raw([0x00, 0x00]))),
            ("malformed-field-2-to-the-29", RawPage.of(RawMessage().raw([0x80, 0x80, 0x80, 0x80, 0x10, 0]))),
            ("malformed-wire-type-7", RawPage.of(RawMessage().raw([0x0F]))),
            ("malformed-tag-of-eleven-bytes", RawPage.of(RawMessage().raw(ten + [0xFF, 0x01]))),
            ("malformed-length-past-the-end", RawPage.of(RawMessage().raw([0x0A, 0x7F, 0x00]))),
            ("malformed-length-of-64-bits", RawPage.of(RawMessage().raw([0x0A] + ten + [0x01]))),
            ("malformed-number-without-an-end", RawPage.of(RawMessage().raw([0x78, 0xFF]))),
            ("malformed-table-that-is-not-utf-8", RawPage.with { $0.table = [0xFF] }),
            (
                "malformed-column-that-is-not-utf-8",
                RawPage.with { $0.columns[0] = RawMessage().bytes(1, [0xC0, 0x80]) }
            ),
        ]
    }

    private static var counts: [Named] {
        let million = 1_000_000
        return [
            ("over-limit-a-million-batches", RawPage.of(RawMessage().raw((0..<million).flatMap { _ in [0x12, 0] }))),
            (
                "over-limit-a-million-columns",
                RawPage.of(RawMessage().bytes(2, [UInt8]((0..<million).flatMap { _ in [0x3A, 0] })))
            ),
            (
                "over-limit-a-million-clocks",
                RawPage.of(RawMessage().bytes(2, [UInt8]((0..<million).flatMap { _ in [0x2A, 1, 0] })))
            ),
            ("over-limit-65-columns", RawPage.with { $0.columns = (0..<65).map { RawMessage().text(1, "c\($0)") } }),
            ("over-limit-2-to-the-32-rows", RawPage.with { $0.rows = UInt64(UInt32.max) }),
            (
                "over-limit-rows-of-two-batches",
                RawPage.of(
                    RawMessage().message(2, RawMessage().number(2, 60_000)).message(2, RawMessage().number(2, 60_000)))
            ),
            ("malformed-dictionary-of-15-bytes", RawPage.with { $0.replicas.removeLast(17) }),
            (
                "malformed-dictionary-of-65537-replicas",
                RawPage.with { $0.replicas = [UInt8](repeating: 0, count: 65_537 * 16) }
            ),
        ]
    }

    /// A few kilobytes that would take hundreds of megabytes as objects.
    private static var bulks: [Named] {
        let million = 1_000_000
        let clock: [UInt8] = [3, 0x80, 0x08] + (0..<1024).flatMap { _ in [0, 7] as [UInt8] } + [0, 0, 0, 0]
        return [
            (
                "over-limit-4-million-integers",
                RawPage.with(column: RawMessage().bytes(4, [UInt8](repeating: 0, count: 4 * million)))
            ),
            (
                "over-limit-3-million-reals",
                RawPage.with(column: RawMessage().bytes(5, [UInt8](repeating: 0, count: 24 * million)))
            ),
            (
                "over-limit-4-million-lengths-not-packed",
                RawPage.with(column: RawMessage().raw((0..<4 * million).flatMap { _ in [0x30, 0] as [UInt8] }))
            ),
            (
                "over-limit-3-million-clock-indices",
                RawPage.with { $0.clockOfRow = [UInt64](repeating: 0, count: 3 * million) }
            ),
            (
                "over-limit-6-million-nulls",
                RawPage.with {
                    $0.rows = 100_000
                    $0.ids = [UInt8](repeating: 7, count: 16 * 100_000)
                    $0.clockOfRow = [UInt64](repeating: 0, count: 100_000)
                    $0.columns = (0..<64).map { RawMessage().text(1, "c\($0)") }
                }
            ),
            ("over-limit-10-mib-of-clocks", RawPage.with { $0.clocks = [[UInt8]](repeating: clock, count: 5 * 1024) }),
        ]
    }

    private static var batches: [Named] {
        [
            ("malformed-100000-rows-without-ids", RawPage.with { $0.rows = 100_000 }),
            ("malformed-ids-without-rows", RawPage.with { $0.rows = 0 }),
            ("malformed-id-length-0", RawPage.with { ($0.idLength, $0.ids) = (0, []) }),
            ("malformed-id-length-17", RawPage.with { ($0.idLength, $0.ids) = (17, [UInt8](repeating: 1, count: 17)) }),
            ("malformed-row-without-a-clock", RawPage.with { $0.clockOfRow = [] }),
            ("malformed-clock-index-1-of-1", RawPage.with { $0.clockOfRow = [1] }),
            ("malformed-clock-index-of-32-bits", RawPage.with { $0.clockOfRow = [UInt64(UInt32.max)] }),
            ("malformed-more-clocks-than-rows", RawPage.with { $0.clocks += $0.clocks }),
            ("malformed-rule-4", RawPage.with { $0.columns[0] = $0.columns[0].number(8, 4) }),
            ("malformed-table-without-a-name", RawPage.with { $0.table = [] }),
            ("malformed-table-with-a-space", RawPage.with { $0.table = Array("some things".utf8) }),
            ("malformed-table-that-is-not-ascii", RawPage.with { $0.table = Array("\u{E9}t\u{E9}".utf8) }),
            ("malformed-column-without-a-name", RawPage.with { $0.columns[0] = RawMessage() }),
            (
                "malformed-column-that-drives-a-terminal",
                RawPage.with { $0.columns[0] = RawMessage().text(1, "\u{1B}[2J") }
            ),
            ("over-limit-table-of-201-bytes", RawPage.with { $0.table = Array(repeating: 0x61, count: 201) }),
            (
                "over-limit-column-of-201-bytes",
                RawPage.with { $0.columns[0] = RawMessage().text(1, String(repeating: "a", count: 201)) }
            ),
            ("malformed-column-named-twice", RawPage.with { $0.columns[3] = $0.columns[0] }),
        ]
    }

    private static var columns: [Named] {
        [
            ("malformed-kinds-of-two-rows", RawPage.with(column: RawMessage().bytes(2, [0, 0]))),
            ("malformed-kind-5", RawPage.with(column: RawMessage().bytes(2, [5]))),
            ("malformed-uniform-kind-9", RawPage.with(column: RawMessage().number(3, 9))),
            ("malformed-integer-missing", RawPage.with(column: RawMessage().number(3, 1))),
            ("malformed-real-missing", RawPage.with(column: RawMessage().number(3, 2))),
            ("malformed-length-missing", RawPage.with(column: RawMessage().number(3, 3))),
            (
                "truncated-text-past-its-data",
                RawPage.with(column: RawMessage().number(3, 3).packed(6, [3]).text(7, "ab"))
            ),
            ("truncated-blob-of-2-to-the-63", RawPage.with(column: RawMessage().number(3, 4).packed(6, [1 << 63]))),
            ("truncated-blob-of-2-to-the-64-less-1", RawPage.with(column: RawMessage().number(3, 4).packed(6, [.max]))),
            ("truncated-lengths-that-overflow", twoTexts(lengths: [2, .max - 1])),
        ]
    }

    /// Two rows, the second of whose texts would begin before the first, were lengths added with overflow.
    private static func twoTexts(lengths: [UInt64]) -> [UInt8] {
        RawPage.with {
            $0.rows = 2
            $0.ids += $0.ids
            $0.clockOfRow = [0, 0]
            $0.columns = [RawMessage().text(1, "name").number(3, 3).packed(6, lengths).text(7, "abcd")]
            $0.clocks = [[1, 0, 7, 10, 1]]
        }
    }

    private static var clockNumbers: [Named] {
        let maximum = ten + [0x01]
        return [
            ("malformed-replica-outside-the-dictionary", RawPage.with(clock: [1, 2, 7, 10, 4])),
            ("malformed-replica-of-64-bits", RawPage.with(clock: [1] + maximum + [7, 10, 4])),
            ("malformed-seq-0", RawPage.with(clock: [1, 0, 0, 10, 4])),
            ("malformed-seq-2-to-the-63", RawPage.with(clock: [1, 0] + minimum + [10, 4])),
            ("malformed-seq-0-in-a-vector", RawPage.with(clock: [3, 2, 0, 7, 1, 0, 0, 0, 0, 0])),
            ("malformed-time-2-to-the-63", RawPage.with(clock: [1, 0, 7] + minimum + [4])),
            ("malformed-time-2-to-the-64-less-1", RawPage.with(clock: [1, 0, 7] + maximum + [4])),
            ("malformed-varint-of-65-bits", RawPage.with(clock: [1, 0] + ten + [0x02, 10, 4])),
            ("malformed-varint-of-eleven-bytes", RawPage.with(clock: [1, 0] + ten + [0x81, 0x00, 10, 4])),
            ("truncated-varint", RawPage.with(clock: [1, 0, 0xFF])),
            ("truncated-clock-without-a-form", RawPage.with(clock: [])),
            ("truncated-clock-without-its-columns", RawPage.with(clock: [1, 0, 7, 10])),
            ("truncated-vector-of-60000-claimed", RawPage.with(clock: [3, 0xE0, 0xD4, 0x03])),
            ("malformed-vector-of-65537-claimed", RawPage.with(clock: [3, 0x81, 0x80, 0x04])),
            ("malformed-vector-of-2-to-the-64-claimed", RawPage.with(clock: [3] + maximum)),
        ]
    }

    /// 2^63 as a varint.
    private static let minimum = [UInt8](repeating: 0x80, count: 9) + [0x01]

    private static var clockParts: [Named] {
        [
            ("malformed-clock-form-4", RawPage.with(clock: [4])),
            ("malformed-clock-with-bytes-left", RawPage.with(clock: RawPage.clock + [0])),
            ("malformed-clock-of-65-columns", RawPage.with(clock: [1, 0, 7, 10, 65])),
            ("malformed-clock-of-more-columns-than-its-batch", RawPage.with(clock: [1, 0, 7, 10, 5])),
            ("malformed-clock-of-66-stamps", RawPage.with(clock: [3, 1, 0, 7, 0, 66])),
            ("malformed-general-clock-without-edits-and-deletes", RawPage.with(clock: [3, 0, 0, 0, 0, 0])),
            ("malformed-stamp-that-the-vectors-lack", RawPage.with(clock: [3, 1, 0, 7, 0, 1, 0, 8, 10, 0, 1, 1])),
            ("malformed-deletion-that-the-vectors-lack", RawPage.with(clock: [3, 1, 0, 7, 0, 1, 1, 1, 10, 1, 0])),
            ("malformed-deletion-byte-2", RawPage.with(clock: [3, 1, 0, 7, 0, 1, 0, 7, 10, 2, 0])),
            ("malformed-deletion-without-a-stamp", RawPage.with(clock: [3, 1, 0, 7, 0, 0, 1, 0])),
            ("malformed-column-index-past-the-stamps", RawPage.with(clock: [3, 1, 0, 7, 0, 1, 0, 7, 10, 0, 1, 2])),
            (
                "malformed-column-index-of-the-deletion",
                RawPage.with(clock: [3, 1, 0, 7, 1, 0, 7, 1, 0, 7, 10, 1, 1, 1])
            ),
        ]
    }
}
