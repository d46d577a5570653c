internal import Crypto

/// Names a row by its table and id.
package struct RowName: Hashable, Sendable {
    package var table: String
    package var row: RowID

    package init(table: String, row: RowID) {
        self.table = table
        self.row = row
    }
}

extension RowState {
    /// The first 8 bytes of a SHA-256 over all that the state says (`sync-protocol/model.md`, "The hash
    /// of a row"). Two replicas that hold one state have one hash, whatever columns their schemas have
    /// beyond those that were ever written.
    package func hash(of shape: TableShape) -> UInt64 {
        let shape = extras.isEmpty ? shape : self.shape(shape)
        var bytes = HashedBytes(capacity: values.reduce(512) { $0 + $1.size + 96 })
        bytes.add(shape.name.utf8)
        bytes.add(id)
        bytes.add(clock.edits)
        bytes.add(clock.deletes)
        bytes.add(clock.deletion.map { [$0] } ?? [])
        for place in shape.columnsByName where place < values.count {
            guard let stamps = stamps(of: place, shape) else { continue }
            bytes.add(shape.columns[place].name.utf8)
            bytes.add(stamps)
            bytes.add(values[place])
        }
        return bytes.hash
    }

    /// Nil for a column that says nothing: one never written has its default.
    private func stamps(of place: Int, _ shape: TableShape) -> [Stamp]? {
        guard shape.isAppendOnly else { return clock.columns[place].map { [$0] } }
        return values[place].isBlank ? nil : []
    }
}

extension Value {
    /// The bytes of its content, roughly.
    fileprivate var size: Int {
        switch self {
        case .text(let bytes), .blob(let bytes): bytes.count
        default: 8
        }
    }

    /// NULL, 0, or no bytes: what a column of an append-only table has that an older node left out.
    fileprivate var isBlank: Bool {
        switch self {
        case .null: true
        case .integer(let integer): integer == 0
        case .real: false
        case .text(let bytes), .blob(let bytes): bytes.isEmpty
        }
    }
}

/// Fields, each after its length in bytes as a big-endian UInt64.
private struct HashedBytes {
    private var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func add(_ field: some Collection<UInt8>) {
        add(word: UInt64(field.count))
        bytes.append(contentsOf: field)
    }

    mutating func add(_ id: RowID) {
        add(word: UInt64(id.length))
        append(id)
    }

    private mutating func append(_ id: RowID) {
        add(word: id.words.0)
        add(word: id.words.1)
        guard id.length == 32 else { return }
        add(word: id.words.2)
        add(word: id.words.3)
    }

    mutating func add(_ vector: VersionVector) {
        add(word: UInt64(vector.entries.count * 24))
        for dot in vector.entries { add(dot) }
    }

    mutating func add(_ stamps: [Stamp]) {
        add(word: UInt64(stamps.count * 32))
        for stamp in stamps {
            add(word: UInt64(bitPattern: stamp.time.rawValue))
            add(stamp.dot)
        }
    }

    mutating func add(_ value: Value) {
        switch value {
        case .text(let content), .blob(let content):
            add(word: UInt64(content.count + 1))
            if case .text = value { bytes.append(3) } else { bytes.append(4) }
            bytes.append(contentsOf: content)
        default: add(value.canonicalBytes)
        }
    }

    private mutating func add(_ dot: Dot) {
        append(dot.replica.rowID)
        add(word: dot.seq)
    }

    private mutating func add(word: UInt64) {
        withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
    }

    var hash: UInt64 {
        SHA256.hash(data: bytes).withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
}

/// Of a set of rows: how many, and the sum of their hashes modulo 2^64. A row can be added or taken
/// away by itself. Tells of accidents, not of an attack.
package struct HashSum: Hashable, Sendable {
    package var rows: UInt64
    package var sum: UInt64

    package init(rows: UInt64 = 0, sum: UInt64 = 0) {
        self.rows = rows
        self.sum = sum
    }

    package mutating func add(_ hash: UInt64) {
        rows &+= 1
        sum &+= hash
    }

    package mutating func remove(_ hash: UInt64) {
        rows &-= 1
        sum &-= hash
    }

    package mutating func add(_ other: HashSum) {
        rows &+= other.rows
        sum &+= other.sum
    }
}
