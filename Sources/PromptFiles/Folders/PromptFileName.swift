/// Names of files for prompts, without an extension.
package enum PromptFileName {
    /// How long a name may be, in bytes.
    package static let bytesMax = 100

    private static let fallback = "prompt"
    private static let windowsNames: Set<String> = Set(
        ["con", "prn", "aux", "nul", "conin$", "conout$"]
            + "0123456789¹²³".flatMap { ["com\($0)", "lpt\($0)"] })

    /// A name for each prompt, in the given order, no two alike on a file system that tells neither upper from lower
    /// case nor accents composed from decomposed.
    ///
    /// Of several that would have one name, the prompt with the lowest id has it, and the others add the last eight
    /// characters of their ids. So the names depend on the prompts only, and not on their order.
    package static func names(for prompts: [(id: String, name: String)]) -> [String] {
        let slugs = prompts.map { slug($0.name) }
        let order = prompts.indices.sorted { precedes(prompts[$0], prompts[$1]) }
        var taken: Set<String> = []
        var names = slugs
        let late = order.filter { !taken.insert(folded(slugs[$0])).inserted }
        for index in late { names[index] = free(slugs[index], id: prompts[index].id, in: &taken) }
        return names
    }

    private static func precedes(_ one: (id: String, name: String), _ other: (id: String, name: String)) -> Bool {
        guard one.id.hasSameBytes(as: other.id) else { return one.id.utf8.lexicographicallyPrecedes(other.id.utf8) }
        return one.name.utf8.lexicographicallyPrecedes(other.name.utf8)
    }

    /// The slug with the end of the id, with all of it, and with ever greater numbers.
    private static func free(_ slug: String, id: String, in taken: inout Set<String>) -> String {
        let whole = clean(String(id.suffix(32)))
        var candidate = with(clean(String(id.suffix(8))), slug)
        var number = 1
        while !taken.insert(folded(candidate)).inserted {
            candidate = with(number == 1 ? whole : "\(whole)-\(number)", slug)
            number += 1
        }
        return candidate
    }

    private static func with(_ end: String, _ slug: String) -> String {
        "\(trimmed(cut(slug, to: bytesMax - end.utf8.count - 1)))-\(end)"
    }

    /// What file systems take for one name is one. Swift finds texts equal however their accents are composed.
    private static func folded(_ name: String) -> String { name.uppercased().lowercased() }
}

extension PromptFileName {
    /// Letters, marks and digits of every script, and dashes for everything else.
    private static func slug(_ name: String) -> String {
        let slug = trimmed(cut(clean(name), to: bytesMax - 1))
        guard !slug.isEmpty else { return fallback }
        return isReserved(slug) ? "_\(slug)" : slug
    }

    private static func clean(_ name: String) -> String {
        var slug = ""
        for scalar in name.unicodeScalars {
            if isKept(scalar) { slug.unicodeScalars.append(scalar) } else if slug.utf8.last != dash { slug += "-" }
        }
        return trimmed(slug)
    }

    private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "_" || scalar == "." { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }

    /// At most so many bytes, without half a character at the end.
    private static func cut(_ text: String, to bytes: Int) -> String {
        var (kept, count) = ("", 0)
        for character in text {
            count += character.utf8.count
            guard count <= bytes else { break }
            kept.append(character)
        }
        return kept
    }

    private static func trimmed(_ slug: String) -> String {
        let isEnd: (UInt8) -> Bool = { $0 == dash || $0 == UInt8(ascii: ".") }
        let rest = slug.utf8.drop(while: isEnd)
        guard let last = rest.lastIndex(where: { !isEnd($0) }) else { return "" }
        return String(Substring(rest[...last]))
    }

    /// Windows looks at what stands before the first dot.
    private static func isReserved(_ slug: String) -> Bool {
        windowsNames.contains(slug.lowercased().prefix { $0 != "." }.description)
    }

    private static var dash: UInt8 { UInt8(ascii: "-") }
}
