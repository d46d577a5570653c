import Changesets

/// A prompt as the benchmark writes it: a uuid as its key and six columns of text, some 300 bytes of words. Made
/// into database values before anything is timed, so that the peer's time is SQLite's alone.
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
            "status": insertValues[4], "visibility": insertValues[5], "template_format": insertValues[6],
            "created_at": insertValues[7], "created_by": insertValues[8],
        ]
    }

    static let insertSQL = """
        INSERT INTO prompts
        (id, name, description, category, status, visibility, template_format, created_at, created_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    static let renameSQL = "UPDATE prompts SET name = ? WHERE id = ?"
}

extension PromptRow {
    /// The same rows at every start: a rename may then be compared with last month's.
    static func generated(_ count: Int, by user: RowID, seed: UInt64 = 0x0FF_B00C) -> [PromptRow] {
        var random = SplitMix64(state: seed)
        let words = Vocabulary(&random)
        return (0..<count).map { place in
            PromptRow(
                place, user, name: words.text(ofBytes: 24, &random), newName: words.text(ofBytes: 24, &random),
                texts: [words.text(ofBytes: 224, &random), words.category(&random), "active", "workspace", "mustache"],
                &random)
        }
    }

    /// The rows that other sync engines were measured with: all six texts made of two dozen words, which compresses
    /// better than prose. What they say is nothing that a library understands.
    static func ofFewWords(_ count: Int, by user: RowID) -> [PromptRow] {
        var random = SplitMix64(state: 7)
        return (0..<count).map { place in
            PromptRow(
                place, user, name: Vocabulary.few(ofBytes: 90, &random), newName: Vocabulary.few(ofBytes: 90, &random),
                texts: [60, 40, 25, 25, 20].map { Vocabulary.few(ofBytes: $0, &random) }, &random)
        }
    }

    /// - Parameter texts: the description, the category, the status, the visibility and the template format.
    private init(
        _ place: Int, _ user: RowID, name: String, newName: String, texts: [String], _ random: inout SplitMix64
    ) {
        // 2026-01-01, a new prompt each minute, so ids ascend as UUIDv7 do.
        createdAt = 1_767_225_600_000 + Int64(place) * 60_000
        id = .seeded7(at: createdAt, &random)
        (self.name, self.newName) = (name, newName)
        (description, category) = (texts[0], texts[1])
        createdBy = user
        let words = ([name] + texts).map { Value.text($0) }
        insertValues = [.blob(id)] + words + [.integer(createdAt), .blob(user)]
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
