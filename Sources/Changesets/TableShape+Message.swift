internal import SyncProtocol

extension TableShape {
    /// The table as a sender describes it: what a reader that does not know it has to go by.
    init(_ message: Offbook_Sync_V1_Batch) throws(ChangesetError) {
        try Self.check(name: message.table, "table")
        var columns: [Column] = []
        for column in message.columns {
            try Self.check(name: column.name, "column")
            guard let known = Column(column.name, order: column.rule.rawValue) else {
                throw .malformed("a column of an unknown rule")
            }
            columns.append(known)
        }
        self.init(name: message.table, columns: columns, isAppendOnly: message.appendOnly)
    }

    /// Names are kept, and shown: whoever makes one up must not fill a file or drive a terminal by it.
    private static func check(name: String, _ what: String) throws(ChangesetError) {
        guard name.utf8.count <= ChangesetLimits.nameBytesMax else {
            throw .overLimit("the name of a \(what) of more than \(ChangesetLimits.nameBytesMax) bytes")
        }
        guard !name.isEmpty, name.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw .malformed("a \(what) whose name is empty, or not of printable ASCII characters")
        }
    }
}
