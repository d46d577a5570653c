/// A name, told apart by its bytes: Swift's `==` holds "e\u{301}" and "é" equal, which nothing outside Swift does.
struct Name: Sendable, Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (one: Name, other: Name) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }

    /// Whether it could be the name of a variable in Python, taking all beyond ASCII for letters.
    var isIdentifier: Bool {
        guard let first = text.utf8.first, first.isLetterLike else { return false }
        return text.utf8.allSatisfy { $0.isLetterLike || $0.isASCIIDigit }
    }
}

extension [String: TemplateValue] {
    /// The value under a name. A dictionary holds no two keys that Swift finds equal, so the one it finds is the only
    /// one it could be; what is left is to see whether it is the same in bytes.
    func value(_ name: Name) -> TemplateValue? {
        guard let index = index(forKey: name.text), Name(self[index].key) == name else { return nil }
        return self[index].value
    }
}
