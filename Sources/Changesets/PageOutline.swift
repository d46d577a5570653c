/// Walks the fields of a message before protobuf parses it, and refuses what would take far more
/// memory as objects than as bytes: a page of 64 MiB may claim to have millions of columns.
struct PageOutline {
    private var batches = Count("batches", atMost: ChangesetLimits.batchesPerPageMax)
    private var clocks = Count("clocks", atMost: ChangesetLimits.rowsPerPageMax)
    private var clockBytes = Count("bytes of clocks", atMost: ChangesetLimits.clockBytesPerPageMax)
    private var entries = Count("numbers in lists", atMost: ChangesetLimits.listEntriesPerPageMax)

    /// - Throws: `overLimit` for too many batches, columns, clocks or numbers; `malformed` for what has no
    ///   fields, or has groups, which no message of ours has and which may nest without end.
    static func check(page: [UInt8]) throws(ChangesetError) {
        var outline = PageOutline()
        try outline.page(ByteReader(page[...]))
    }

    /// Checks a message that holds no others.
    static func check(flat message: Bytes) throws(ChangesetError) {
        var reader = ByteReader(message)
        while try reader.field() != nil {}
    }

    private mutating func page(_ reader: ByteReader) throws(ChangesetError) {
        var reader = reader
        while let field = try reader.field() {
            guard field.number == 2, let batch = field.content else { continue }
            try batches.add(1)
            try self.batch(ByteReader(batch))
        }
    }

    private mutating func batch(_ reader: ByteReader) throws(ChangesetError) {
        var reader = reader
        var columns = 0
        while let field = try reader.field() {
            switch field.number {
            case 5:
                guard let clock = field.content else { continue }
                try clocks.add(1)
                try clockBytes.add(clock.count)
            case 6: try entries.add(field.varints)
            case 7:
                guard let column = field.content else { continue }
                columns += 1
                guard columns <= ChangesetLimits.columnsPerTableMax else {
                    throw .overLimit("a table of more than \(ChangesetLimits.columnsPerTableMax) columns")
                }
                try self.column(ByteReader(column))
            default: break
            }
        }
    }

    private mutating func column(_ reader: ByteReader) throws(ChangesetError) {
        var reader = reader
        while let field = try reader.field() {
            switch field.number {
            case 4, 6: try entries.add(field.varints)
            case 5: try entries.add(field.doubles)
            default: break
            }
        }
    }
}

/// Something that a page may have only so much of.
private struct Count {
    private let what: String
    private let most: Int
    private var count = 0

    init(_ what: String, atMost most: Int) {
        self.what = what
        self.most = most
    }

    /// - Parameter more: at most what a page has of bytes, so that no sum overflows.
    mutating func add(_ more: Int) throws(ChangesetError) {
        count += more
        guard count <= most else { throw .overLimit("a page of more than \(most) \(what)") }
    }
}

/// A field of a protobuf message.
private struct Field {
    var number: UInt64
    var wireType: UInt64
    /// Where the field has a length.
    var content: Bytes?

    /// Of a list: one by itself, or as many as a packed one has.
    var varints: Int { content.map { $0.count { $0 < 0x80 } } ?? (wireType == 0 ? 1 : 0) }
    var doubles: Int { content.map { $0.count / 8 } ?? (wireType == 1 ? 1 : 0) }
}

extension ByteReader {
    /// The next field of a protobuf message; nil at the end.
    fileprivate mutating func field() throws(ChangesetError) -> Field? {
        if isAtEnd { return nil }
        do {
            let tag = try varint()
            guard 1..<(1 << 29) ~= tag >> 3 else { throw ChangesetError.malformed("a field number") }
            return Field(number: tag >> 3, wireType: tag & 7, content: try content(wireType: tag & 7))
        } catch {
            throw .malformed("a message that protobuf can't read")
        }
    }

    private mutating func content(wireType: UInt64) throws(ChangesetError) -> Bytes? {
        switch wireType {
        case 0: _ = try varint()
        case 1: _ = try bytes(8)
        case 2: return try bytes(Int(clamping: try varint()))
        case 5: _ = try bytes(4)
        default: throw .malformed("a group")
        }
        return nil
    }
}
