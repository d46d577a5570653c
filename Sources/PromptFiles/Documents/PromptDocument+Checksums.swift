internal import Crypto
internal import PromptTemplates

extension PromptDocument {
    /// A checksum of each field that the document says something about: eight hexadecimal digits.
    ///
    /// They are the first of a SHA-256 over the field's name and its value, every part preceded by its length in bytes
    /// and a colon. The order of tags makes no difference, nor does a tag given twice.
    package var fieldChecksums: [Field: String] {
        var checksums: [Field: String] = [:]
        for field in Field.allCases { checksums[field] = parts(of: field).map { Self.checksum(field, $0) } }
        return checksums
    }

    /// The fields that are no longer what they were when the file was exported; all that it speaks of, where it was
    /// not exported.
    ///
    /// A field that the document says nothing about is not among them.
    package var editedFields: Set<Field> {
        let base = origin?.fieldBase ?? [:]
        return Set(fieldChecksums.filter { $0.value != base[$0.key.rawValue] }.keys)
    }

    private func parts(of field: Field) -> [String]? {
        switch field {
        case .name: name.map { [$0] }
        case .description: description.map { [$0] }
        case .category: category.map { [$0] }
        case .project: project.map { [$0] }
        case .tags: tags.map { Set($0.map(Bytes.init)).sorted().map(\.text) }
        case .metadata: metadata.map { $0.sorted { Bytes($0.key) < Bytes($1.key) }.flatMap { [$0.key, $0.value] } }
        case .template: template
        }
    }

    private var template: [String]? {
        guard isTemplate != nil || templateFormat != nil else { return nil }
        return [isTemplate.map { "\($0)" } ?? "", templateFormat?.rawValue ?? ""]
    }

    private static func checksum(_ field: Field, _ parts: [String]) -> String {
        let encoded = ([field.rawValue] + parts).map { "\($0.utf8.count):\($0)" }.joined()
        return SHA256.hash(data: Array(encoded.utf8)).prefix(4).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 0x10 ? "0\(digits)" : digits
        }.joined()
    }
}

/// A text that is told apart, and put in order, by its bytes.
private struct Bytes: Hashable, Comparable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (one: Bytes, other: Bytes) -> Bool { one.text.hasSameBytes(as: other.text) }

    static func < (one: Bytes, other: Bytes) -> Bool { one.text.utf8.lexicographicallyPrecedes(other.text.utf8) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
