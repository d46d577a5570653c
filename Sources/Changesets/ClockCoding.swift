/// Gives replica ids small numbers and back. A replica file keeps such a table; a page carries one.
package protocol ReplicaNumbering {
    mutating func number(of replica: ReplicaID) throws -> UInt64
    func replica(numbered number: UInt64) throws(ChangesetError) -> ReplicaID
}

/// The packed form of a clock (`sync-protocol/changeset.md`): 13 bytes or so for a row with one
/// writer and no delete.
extension RowClock {
    private enum Form {
        /// No clock: a row of an append-only table.
        static let empty: UInt8 = 0
        /// One transaction wrote all of it.
        static let single: UInt8 = 1
        /// The same, by an import: the time is zero and not written out.
        static let imported: UInt8 = 2
        static let general: UInt8 = 3
    }

    package func packed(_ numbering: inout some ReplicaNumbering) throws -> [UInt8] {
        var writer = ByteWriter()
        if self == .appendOnly {
            writer.byte(Form.empty)
        } else if let stamp = columns.uniform, deletes.isEmpty, deletion == nil, edits.entries == [stamp.dot] {
            writer.byte(stamp.time == .zero ? Form.imported : Form.single)
            try writer.dot(stamp.dot, &numbering)
            if stamp.time != .zero { writer.varint(UInt64(bitPattern: stamp.time.rawValue)) }
            writer.varint(UInt64(columns.count))
        } else {
            writer.byte(Form.general)
            try packGeneral(&writer, &numbering)
        }
        return writer.bytes
    }

    private func packGeneral(_ writer: inout ByteWriter, _ numbering: inout some ReplicaNumbering) throws {
        for vector in [edits, deletes] {
            writer.varint(UInt64(vector.entries.count))
            for dot in vector.entries { try writer.dot(dot, &numbering) }
        }
        let distinct = stamps
        writer.varint(UInt64(distinct.count))
        for stamp in distinct {
            try writer.dot(stamp.dot, &numbering)
            writer.varint(UInt64(bitPattern: stamp.time.rawValue))
        }
        // The delete's stamp, when there is one, is the last.
        writer.byte(deletion == nil ? 0 : 1)
        let ofColumns = distinct.prefix(distinct.count - (deletion == nil ? 0 : 1))
        writer.varint(UInt64(columns.count))
        for column in 0..<columns.count {
            writer.varint(UInt64(columns[column].map { ofColumns.place(of: $0) + 1 } ?? 0))
        }
    }

    package init(packed bytes: Bytes, _ numbering: some ReplicaNumbering) throws(ChangesetError) {
        var reader = ByteReader(bytes)
        switch try reader.byte() {
        case Form.empty: self = .appendOnly
        case Form.single: self = try RowClock(singleFrom: &reader, numbering, imported: false)
        case Form.imported: self = try RowClock(singleFrom: &reader, numbering, imported: true)
        case Form.general: self = try RowClock(generalFrom: &reader, numbering)
        default: throw .malformed("a clock of an unknown form")
        }
        guard reader.isAtEnd else { throw .malformed("a clock with bytes left over") }
    }

    private init(
        singleFrom reader: inout ByteReader, _ numbering: some ReplicaNumbering, imported: Bool
    ) throws(ChangesetError) {
        let dot = try reader.dot(numbering)
        let time = imported ? .zero : try reader.time()
        let count = try reader.count(atMost: ChangesetLimits.columnsPerTableMax)
        self.init(insertedBy: Stamp(time: time, dot: dot), columns: count)
    }

    private init(generalFrom reader: inout ByteReader, _ numbering: some ReplicaNumbering) throws(ChangesetError) {
        self.init()
        edits = try reader.vector(numbering)
        deletes = try reader.vector(numbering)
        var stamps = try reader.stamps(numbering)
        switch try reader.byte() {
        case 0: break
        case 1:
            guard let last = stamps.popLast() else { throw .malformed("a clock whose delete has no stamp") }
            deletion = last
        default: throw .malformed("a clock whose delete is neither there nor not")
        }
        guard !edits.isEmpty || !deletes.isEmpty else { throw .malformed("a clock without any transaction") }
        columns = ColumnStamps(try reader.columnStamps(stamps))
        guard self.stamps.allSatisfy({ hasSeen($0.dot) }) else {
            throw .malformed("a clock whose vectors lack a transaction that its stamps name")
        }
    }
}

extension Collection<Stamp> where Index == Int {
    /// Of a stamp that is among these, which ascend.
    fileprivate func place(of stamp: Stamp) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle] < stamp { low = middle + 1 } else { high = middle }
        }
        return low - startIndex
    }
}

extension ByteWriter {
    fileprivate mutating func dot(_ dot: Dot, _ numbering: inout some ReplicaNumbering) throws {
        varint(try numbering.number(of: dot.replica))
        varint(dot.seq)
    }
}

extension ByteReader {
    fileprivate mutating func dot(_ numbering: some ReplicaNumbering) throws(ChangesetError) -> Dot {
        let replica = try numbering.replica(numbered: try varint())
        let seq = try varint()
        guard seq > 0, seq <= UInt64(Int64.max) else { throw .malformed("a transaction number out of range") }
        return Dot(replica: replica, seq: seq)
    }

    fileprivate mutating func time() throws(ChangesetError) -> HybridTime {
        let time = HybridTime(rawValue: Int64(bitPattern: try varint()))
        guard time >= .zero else { throw .malformed("a time before 1970") }
        return time
    }

    fileprivate mutating func vector(_ numbering: some ReplicaNumbering) throws(ChangesetError) -> VersionVector {
        var dots: [Dot] = []
        for _ in 0..<(try count(atMost: ChangesetLimits.replicasPerPageMax)) { dots.append(try dot(numbering)) }
        return VersionVector(dots)
    }

    fileprivate mutating func stamps(_ numbering: some ReplicaNumbering) throws(ChangesetError) -> [Stamp] {
        var stamps: [Stamp] = []
        for _ in 0..<(try count(atMost: ChangesetLimits.columnsPerTableMax + 1)) {
            let dot = try dot(numbering)
            stamps.append(Stamp(time: try time(), dot: dot))
        }
        return stamps
    }

    fileprivate mutating func columnStamps(_ stamps: [Stamp]) throws(ChangesetError) -> [Stamp?] {
        var columns: [Stamp?] = []
        for _ in 0..<(try count(atMost: ChangesetLimits.columnsPerTableMax)) {
            let place = try count(atMost: stamps.count)
            columns.append(place == 0 ? nil : stamps[place - 1])
        }
        return columns
    }
}
