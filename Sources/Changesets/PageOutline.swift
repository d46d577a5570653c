/// Walks the fields of a message before protobuf parses it, and refuses what would take far more
/// memory as objects than as bytes: a page of 64 MiB may claim to have millions of columns.
struct PageOutline {
    private var batches = 0
    private var clocks = 0

    /// - Throws: `overLimit` for too many batches, columns or clocks; `malformed` for what has no
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
            batches += 1
            guard batches <= ChangesetLimits.batchesPerPageMax else {
                throw .overLimit("a page of more than \(ChangesetLimits.batchesPerPageMax) batches")
            }
            try self.batch(ByteReader(batch))
        }
    }

    private mutating func batch(_ reader: ByteReader) throws(ChangesetError) {
        var reader = reader
        var columns = 0
        while let field = try reader.field() {
            guard let content = field.content else { continue }
            if field.number == 5 { clocks += 1 }
            if field.number == 7 {
                columns += 1
                try Self.check(flat: content)
            }
            guard columns <= ChangesetLimits.columnsPerTableMax else {
                throw .overLimit("a table of more than \(ChangesetLimits.columnsPerTableMax) columns")
            }
            guard clocks <= ChangesetLimits.rowsPerPageMax else {
                throw .overLimit("a page of more than \(ChangesetLimits.rowsPerPageMax) clocks")
            }
        }
    }
}

extension ByteReader {
    /// The next field of a protobuf message, with its bytes where it has a length; nil at the end.
    fileprivate mutating func field() throws(ChangesetError) -> (number: UInt64, content: Bytes?)? {
        if isAtEnd { return nil }
        do {
            let tag = try varint()
            guard 1..<(1 << 29) ~= tag >> 3 else { throw ChangesetError.malformed("a field number") }
            return (tag >> 3, try content(wireType: tag & 7))
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
