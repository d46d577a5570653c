import Changesets

/// A prompt as the benchmark writes it: some 300 bytes of words. Made into database values before
/// anything is timed, so that the peer's time is SQLite's alone.
struct PromptRow: Sendable {
    let id: RowID
    let name: String
    /// What an update renames it to.
    let newName: String
    let description: String
    let category: String
    let createdAt: Int64
    let createdBy: RowID
    /// In the order of `insertSQL`; the rest of the columns have their defaults.
    let insertValues: [Value]
    /// In the order of `renameSQL`.
    let renameValues: [Value]

    /// What `WriteTransaction.insert` wants: to make it is part of its price.
    var columns: [String: Value] {
        [
            "name": insertValues[1], "description": insertValues[2], "category": insertValues[3],
            "created_at": insertValues[4], "created_by": insertValues[5],
        ]
    }

    static let insertSQL = """
        INSERT INTO prompts (id, name, description, category, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)
        """
    static let renameSQL = "UPDATE prompts SET name = ? WHERE id = ?"
}

extension PromptRow {
    /// The same rows at every start: a rename may then be compared with last month's.
    static func generated(_ count: Int, by user: RowID) -> [PromptRow] {
        var random = SplitMix64(state: 0x0FF_B00C)
        let words = Vocabulary(&random)
        // 2026-01-01, a new prompt each minute, so ids ascend as UUIDv7 do.
        let start: Int64 = 1_767_225_600_000
        return (0..<count).map { place in
            PromptRow(at: start + Int64(place) * 60_000, by: user, words, &random)
        }
    }

    private init(at time: Int64, by user: RowID, _ words: Vocabulary, _ random: inout SplitMix64) {
        id = .seeded7(at: time, &random)
        name = words.text(ofBytes: 24, &random)
        newName = words.text(ofBytes: 24, &random)
        description = words.text(ofBytes: 260, &random)
        category = words.category(&random)
        createdAt = time
        createdBy = user
        insertValues = [
            .blob(id), .text(name), .text(description), .text(category), .integer(createdAt), .blob(createdBy),
        ]
        renameValues = [.text(newName), .blob(id)]
    }
}

extension RowID {
    /// A UUIDv7 whose random part comes from a seeded generator.
    static func seeded7(at milliseconds: Int64, _ random: inout SplitMix64) -> RowID {
        let time = withUnsafeBytes(of: milliseconds.bigEndian) { Array($0.suffix(6)) }
        var bytes = time + (0..<10).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        bytes[6] = bytes[6] & 0x0F | 0x70
        bytes[8] = bytes[8] & 0x3F | 0x80
        return RowID(bytes) ?? .uuid7(at: milliseconds)
    }
}
