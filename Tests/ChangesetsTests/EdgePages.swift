import Changesets

/// Pages that look odd and are as they may be: a reader takes them.
enum EdgePages {
    static var all: [(String, [UInt8])] { numbers + vectors + forms }

    private static let nine = [UInt8](repeating: 0x80, count: 8)
    private static let greatest = [UInt8](repeating: 0xFF, count: 8) + [0x7F]

    private static var numbers: [(String, [UInt8])] {
        [
            ("greatest-seq-and-time", RawPage.with(clock: [1, 0] + greatest + greatest + [4])),
            ("time-0-written-out", RawPage.with(clock: [1, 0, 7, 0, 4])),
            (
                "varints-longer-than-need-be",
                RawPage.with(clock: [1, 0x80, 0x00, 0x87] + nine + [0x00, 0x8A, 0x00, 0x84, 0x00])
            ),
            ("reals", reals),
        ]
    }

    /// -0.0, the infinities, a NaN and the smallest number there is.
    private static var reals: [UInt8] {
        let values = [-0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude]
        let bits = values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) } }
        return RawPage.with {
            $0.rows = 5
            $0.ids = (0..<5).flatMap { [UInt8](repeating: $0, count: 16) }
            $0.clockOfRow = [0, 0, 0, 0, 0]
            $0.columns[0] = RawMessage().text(1, "name").number(3, 2).bytes(5, bits)
        }
    }

    private static var vectors: [(String, [UInt8])] {
        [
            // E names 1 twice and after 2; the greater entry counts.
            ("vector-in-any-order", RawPage.with(clock: [3, 3, 1, 4, 0, 7, 0, 9, 0, 1, 0, 9, 10, 0, 4, 1, 1, 1, 1])),
            // Stamps descend, one comes twice, and one that no column has names what no vector contains.
            (
                "stamps-in-any-order",
                RawPage.with(clock: [3, 2, 0, 7, 1, 4, 0, 4, 1, 4, 20, 0, 7, 10, 0, 7, 10, 1, 99, 50, 0, 4, 1, 2, 3, 0])
            ),
            ("clock-of-fewer-columns-than-its-batch", RawPage.with(clock: [1, 0, 7, 10, 2])),
            ("clock-that-no-row-has", RawPage.with(twoRows)),
            (
                "the-same-clock-twice",
                RawPage.with {
                    twoRows(&$0); $0.clocks = [RawPage.clock, RawPage.clock]
                }
            ),
            (
                "dictionary-with-one-replica-twice",
                RawPage.with {
                    $0.replicas = RawPage.replicas + RawPage.replicas.prefix(16)
                    $0.clocks = [[3, 2, 0, 7, 2, 9, 0, 1, 2, 9, 10, 0, 4, 1, 1, 1, 1]]
                }
            ),
        ]
    }

    private static func twoRows(_ page: inout RawPage) {
        page.rows = 2
        page.ids += page.ids
        page.clocks = [RawPage.clock, [2, 1, 3, 4]]
        page.clockOfRow = [0, 0]
    }

    private static var forms: [(String, [UInt8])] {
        let unknown = RawMessage().number(99, 5).text(98, "later").raw([0xA5, 0x06, 1, 2, 3, 4])
        return [
            (
                "rules-of-columns",
                RawPage.with { page in
                    page.columns = page.columns.enumerated().map { $1.number(8, UInt64($0)) }
                }
            ),
            (
                "append-only-as-its-batch-says",
                RawPage.with {
                    $0.clocks = [[0]]; $0.appendOnly = 1
                }
            ),
            (
                "names-of-200-characters",
                RawPage.with { page in
                    page.table = Array(repeating: 0x7E, count: 200)
                    page.columns[0] = RawMessage().text(1, String(repeating: "!", count: 200))
                }
            ),
            ("fields-that-nobody-knows", RawPage.of(RawPage().message.raw(unknown.bytes))),
            ("bytes-after-the-stream", RawPage().bytes + [1, 2, 3]),
            (
                "lists-longer-than-need-be",
                RawPage.with(column: RawMessage().number(3, 1).packed(4, [1, 2, 3]).packed(6, [9]))
            ),
            ("kinds-mixed", kindsMixed),
            ("numbers-not-packed", RawPage.with(column: RawMessage().number(3, 1).number(4, 84))),
            ("one-table-in-two-batches", RawPage.of(RawPage().message.message(2, RawPage().batch))),
            ("a-batch-without-rows", RawPage.with { ($0.rows, $0.ids, $0.clocks, $0.clockOfRow) = (0, [], [], []) }),
            ("append-only", RawPage.with(clock: [0])),
            ("just-64-mib-inflated", RawPage.of(RawMessage().bytes(99, [UInt8](repeating: 0, count: (64 << 20) - 6)))),
        ]
    }

    private static var kindsMixed: [UInt8] {
        let name = RawMessage().text(1, "name").bytes(2, [3, 0, 1, 4]).packed(4, [85]).packed(6, [2, 1]).text(7, "abc")
        return RawPage.with {
            $0.rows = 4
            $0.ids = (0..<4).flatMap { [UInt8](repeating: $0, count: 16) }
            $0.clockOfRow = [0, 0, 0, 0]
            $0.columns[0] = name
        }
    }
}
