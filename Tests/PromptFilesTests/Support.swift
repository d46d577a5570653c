import PromptFiles

/// The bytes of a text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// Text is told apart by its bytes: Swift's `==` would not see one accent composed and another not.
func sameBytes(_ one: String?, _ other: String?) -> Bool {
    switch (one, other) {
    case (nil, nil): true
    case (let one?, let other?): one.utf8.elementsEqual(other.utf8)
    default: false
    }
}

/// A prompt as a list has it.
func placed(
    name: String, body: String, description: String? = nil, category: String? = nil, tags: [String] = [],
    metadata: [String: String] = [:], line: Int
) -> PlacedDocument {
    var document = PromptDocument(body: body)
    document.name = name
    document.description = description
    document.category = category
    document.tags = tags.isEmpty ? nil : tags
    document.metadata = metadata.isEmpty ? nil : metadata
    return PlacedDocument(document, line: line)
}

/// Reads a CSV of these lines.
func csv(_ header: String = "act,prompt", _ rows: String...) throws -> PromptFile {
    try PromptFile.read(bytes(([header] + rows).joined(separator: "\n")), as: .csv)
}

func json(_ text: String) throws -> PromptFile { try PromptFile.read(bytes(text), as: .json) }

func jsonl(_ lines: String...) throws -> PromptFile {
    try PromptFile.read(bytes(lines.joined(separator: "\n")), as: .jsonl)
}

/// SplitMix64: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
