internal import FoundationEssentials
internal import SwiftProtobuf
internal import SyncProtocol

/// Rows of one table, as they travel. Values and column stamps are in the order of the shape's columns;
/// there are no extras beside these.
package struct RowBatch: Hashable, Sendable {
    /// As the sender knows the table.
    package let shape: TableShape
    package private(set) var rows: [RowState]

    package init(_ shape: TableShape, rows: [RowState] = []) {
        self.shape = shape
        self.rows = []
        for row in rows { append(row) }
    }

    /// A table all of whose columns have the most frequent rule.
    package init(table: String, columns: [String], rows: [RowState]) {
        self.init(TableShape(name: table, columns: columns.map { TableShape.Column($0) }), rows: rows)
    }

    /// - Parameter row: its extras, if any, are the last of the shape's columns.
    package mutating func append(_ row: RowState) {
        var row = row
        row.extras = []
        rows.append(row)
    }

    package var table: String { shape.name }
    package var columns: [String] { shape.columns.map(\.name) }
}

/// Newest states of some rows: the content of a push part, a pull page and a part of a file.
package struct ChangesetPage: Hashable, Sendable {
    package var batches: [RowBatch]

    package init(batches: [RowBatch] = []) { self.batches = batches }

    package var rowCount: Int { batches.reduce(0) { $0 + $1.rows.count } }

    /// The page as a zlib-compressed `Page` message.
    package func encoded() throws -> [UInt8] {
        var numbering = PageNumbering()
        var message = Offbook_Sync_V1_Page()
        message.batches = try batches.map { try $0.message(&numbering) }
        message.replicas = Data(numbering.bytes)
        return Zlib.deflated(try message.serializedBytes() as [UInt8])
    }

    /// Reads bytes that anybody may have made. Bounded in size, rows and columns.
    package init(encoded bytes: Bytes) throws(ChangesetError) {
        guard bytes.count <= ChangesetLimits.pageBytesMax else {
            throw .overLimit("a page of more than \(ChangesetLimits.pageBytesMax) bytes")
        }
        let inflated = try Zlib.inflated(bytes, atMost: ChangesetLimits.inflatedPageBytesMax)
        try PageOutline.check(page: inflated)
        let message: Offbook_Sync_V1_Page
        do {
            message = try Offbook_Sync_V1_Page(serializedBytes: inflated)
        } catch {
            throw .malformed("a page that is no protobuf message")
        }
        try self.init(message)
    }

    private init(_ message: Offbook_Sync_V1_Page) throws(ChangesetError) {
        let rows = message.batches.reduce(UInt64(0)) { $0 + UInt64($1.rows) }
        guard rows <= ChangesetLimits.rowsPerPageMax else {
            throw .overLimit("a page of more than \(ChangesetLimits.rowsPerPageMax) rows")
        }
        // At most so many rows, of 64 columns each: the sum can't overflow.
        let values = message.batches.reduce(0) { $0 + Int($1.rows) * $1.columns.count }
        guard values <= ChangesetLimits.valuesPerPageMax else {
            throw .overLimit("a page of more than \(ChangesetLimits.valuesPerPageMax) values")
        }
        let numbering = try PageNumbering(bytes: [UInt8](message.replicas))
        batches = []
        for batch in message.batches { batches.append(try RowBatch(batch, numbering)) }
    }
}

/// Numbers replicas by their place in the page's dictionary.
private struct PageNumbering: ReplicaNumbering {
    private var replicas: [ReplicaID] = []
    private var numbers: [ReplicaID: UInt64] = [:]

    init() {}

    init(bytes: [UInt8]) throws(ChangesetError) {
        guard bytes.count.isMultiple(of: 16), bytes.count / 16 <= ChangesetLimits.replicasPerPageMax else {
            throw .malformed("a dictionary of replicas of a wrong length")
        }
        replicas = stride(from: 0, to: bytes.count, by: 16).compactMap { ReplicaID(bytes[$0..<$0 + 16]) }
    }

    var bytes: [UInt8] { replicas.flatMap(\.bytes) }

    mutating func number(of replica: ReplicaID) -> UInt64 {
        if let number = numbers[replica] { return number }
        replicas.append(replica)
        numbers[replica] = UInt64(replicas.count - 1)
        return UInt64(replicas.count - 1)
    }

    func replica(numbered number: UInt64) throws(ChangesetError) -> ReplicaID {
        guard number < UInt64(replicas.count) else { throw .malformed("a replica number outside its dictionary") }
        return replicas[Int(number)]
    }
}

extension RowBatch {
    fileprivate func message(_ numbering: inout PageNumbering) throws -> Offbook_Sync_V1_Batch {
        var message = Offbook_Sync_V1_Batch()
        message.table = table
        message.appendOnly = shape.isAppendOnly
        message.rows = UInt32(rows.count)
        message.idLength = UInt32(rows.first?.id.length ?? 16)
        message.ids = Data(rows.flatMap(\.id.bytes))
        var places: [RowClock: UInt32] = [:]
        for row in rows {
            if places[row.clock] == nil {
                places[row.clock] = UInt32(places.count)
                message.clocks.append(Data(try row.clock.packed(&numbering)))
            }
            message.clockOfRow.append(places[row.clock] ?? 0)
        }
        message.columns = shape.columns.enumerated().map { place, column in
            ColumnCoding.message(column, rows.map { $0.values[place] })
        }
        return message
    }

    fileprivate init(_ message: Offbook_Sync_V1_Batch, _ numbering: PageNumbering) throws(ChangesetError) {
        guard Set(message.columns.map { Array($0.name.utf8) }).count == message.columns.count else {
            throw .malformed("a table with the same column twice")
        }
        let count = Int(message.rows)
        let ids = try Self.ids(message, count)
        var clocks: [RowClock] = []
        for clock in message.clocks { clocks.append(try RowClock(packed: [UInt8](clock)[...], numbering)) }
        guard clocks.count <= count else { throw .malformed("more clocks than rows") }
        guard clocks.allSatisfy({ $0.columns.count <= message.columns.count }) else {
            throw .malformed("a clock of more columns than its table has there")
        }
        guard message.clockOfRow.count == count, message.clockOfRow.allSatisfy({ $0 < clocks.count }) else {
            throw .malformed("rows without a clock")
        }
        var columns: [[Value]] = []
        for column in message.columns { columns.append(try ColumnCoding.values(column, count)) }
        self.init(try TableShape(message))
        rows = ids.enumerated().map { place, id in
            RowState(id: id, clock: clocks[Int(message.clockOfRow[place])], values: columns.map { $0[place] })
        }
    }

    private static func ids(_ message: Offbook_Sync_V1_Batch, _ count: Int) throws(ChangesetError) -> [RowID] {
        let length = Int(message.idLength)
        guard length == 16 || length == 32, message.ids.count == count * length else {
            throw .malformed("row ids of a wrong length")
        }
        let bytes = [UInt8](message.ids)
        return stride(from: 0, to: bytes.count, by: length).compactMap { RowID(bytes[$0..<$0 + length]) }
    }
}

/// One column's values of a batch: all integers, all reals, then the bytes of all text and blobs.
private enum ColumnCoding {
    static func message(_ column: TableShape.Column, _ values: [Value]) -> Offbook_Sync_V1_Column {
        var message = Offbook_Sync_V1_Column()
        message.name = column.name
        message.rule = Offbook_Sync_V1_Rule(rawValue: column.order) ?? .latest
        let kinds = values.map(\.kind)
        if let first = kinds.first, kinds.allSatisfy({ $0 == first }) {
            message.uniform = first
        } else {
            message.kinds = Data(kinds.map { UInt8($0.rawValue) })
        }
        var data: [UInt8] = []
        for value in values {
            switch value {
            case .null: break
            case .integer(let integer): message.integers.append(integer)
            case .real(let real): message.reals.append(real)
            case .text(let bytes), .blob(let bytes):
                message.lengths.append(UInt64(bytes.count))
                data.append(contentsOf: bytes)
            }
        }
        message.data = Data(data)
        return message
    }

    static func values(_ message: Offbook_Sync_V1_Column, _ count: Int) throws(ChangesetError) -> [Value] {
        guard message.kinds.isEmpty || message.kinds.count == count else {
            throw .malformed("a column of a wrong length")
        }
        var content = ColumnContent(message)
        let kinds = [UInt8](message.kinds)
        var values: [Value] = []
        values.reserveCapacity(count)
        for place in 0..<count {
            let kind = kinds.isEmpty ? message.uniform : Offbook_Sync_V1_Kind(rawValue: Int(kinds[place]))
            values.append(try content.next(kind))
        }
        return values
    }
}

private struct ColumnContent {
    var integers: ArraySlice<Int64>
    var reals: ArraySlice<Double>
    var lengths: ArraySlice<UInt64>
    var data: ByteReader

    init(_ message: Offbook_Sync_V1_Column) {
        integers = message.integers[...]
        reals = message.reals[...]
        lengths = message.lengths[...]
        data = ByteReader([UInt8](message.data)[...])
    }

    mutating func next(_ kind: Offbook_Sync_V1_Kind?) throws(ChangesetError) -> Value {
        switch kind {
        case .null: return .null
        case .integer: if let integer = integers.popFirst() { return .integer(integer) }
        case .real: if let real = reals.popFirst() { return .real(real) }
        case .text: return .text(try bytes())
        case .blob: return .blob(try bytes())
        default: break
        }
        throw .malformed("a column with fewer values than rows, or of an unknown kind")
    }

    private mutating func bytes() throws(ChangesetError) -> Bytes {
        guard let length = lengths.popFirst() else { throw .malformed("a column with fewer values than rows") }
        return try data.bytes(Int(clamping: length))
    }
}

extension Value {
    fileprivate var kind: Offbook_Sync_V1_Kind {
        switch self {
        case .null: .null
        case .integer: .integer
        case .real: .real
        case .text: .text
        case .blob: .blob
        }
    }
}
