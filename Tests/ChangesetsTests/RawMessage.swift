import Changesets

/// Protobuf messages put together by hand, so that they can say what no honest sender would.
struct RawMessage {
    private var writer = ByteWriter()

    var bytes: [UInt8] { writer.bytes }

    /// Chains, so that a message reads like a list of its fields.
    func number(_ field: UInt64, _ value: UInt64) -> RawMessage {
        var next = self
        next.writer.varint(field << 3)
        next.writer.varint(value)
        return next
    }

    func bytes(_ field: UInt64, _ content: some Collection<UInt8>) -> RawMessage {
        var next = self
        next.writer.varint(field << 3 | 2)
        next.writer.varint(UInt64(content.count))
        next.writer.append(content)
        return next
    }

    func text(_ field: UInt64, _ content: String) -> RawMessage { bytes(field, content.utf8) }

    func packed(_ field: UInt64, _ values: [UInt64]) -> RawMessage {
        var list = ByteWriter()
        for value in values { list.varint(value) }
        return bytes(field, list.bytes)
    }

    func raw(_ content: some Sequence<UInt8>) -> RawMessage {
        var next = self
        next.writer.append(content)
        return next
    }

    func message(_ field: UInt64, _ content: RawMessage) -> RawMessage { bytes(field, content.bytes) }
}

/// A page of one row of `things` that is as it should be but for what is changed.
struct RawPage {
    static let replicas = [testReplica(1), testReplica(2)].flatMap(\.bytes)
    /// One transaction, replica 0's seq 7 at time 10, wrote four columns.
    static let clock: [UInt8] = [1, 0, 7, 10, 4]

    var replicas = Self.replicas
    var table = Array("things".utf8)
    var rows: UInt64 = 1
    var idLength: UInt64 = 16
    var ids = [UInt8](repeating: 7, count: 16)
    var clocks = [Self.clock]
    var clockOfRow: [UInt64] = [0]
    /// 0 for false.
    var appendOnly: UInt64 = 0
    var columns = ["name", "colour", "first", "made"].map { RawMessage().text(1, $0) }

    var batch: RawMessage {
        var batch = RawMessage().bytes(1, table).number(2, rows).number(3, idLength).bytes(4, ids)
        for clock in clocks { batch = batch.bytes(5, clock) }
        batch = batch.packed(6, clockOfRow)
        for column in columns { batch = batch.message(7, column) }
        return appendOnly == 0 ? batch : batch.number(8, appendOnly)
    }

    var message: RawMessage { RawMessage().bytes(1, replicas).message(2, batch) }

    var bytes: [UInt8] { Zlib.deflated(message.bytes, level: 9) }

    static func with(_ change: (inout RawPage) -> Void) -> [UInt8] {
        var page = RawPage()
        change(&page)
        return page.bytes
    }

    static func with(clock: [UInt8]) -> [UInt8] { with { $0.clocks = [clock] } }

    /// The first column in place of a NULL.
    static func with(column: RawMessage) -> [UInt8] {
        with { $0.columns[0] = RawMessage().text(1, "name").raw(column.bytes) }
    }

    static func of(_ message: RawMessage) -> [UInt8] { Zlib.deflated(message.bytes, level: 9) }
}
