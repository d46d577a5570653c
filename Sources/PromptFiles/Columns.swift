/// What a column of a CSV file, or a field of a JSON object, is to a prompt.
enum Role: CaseIterable {
    case name, body, description, category, kind, tags, forDevs

    /// The names it goes by, the first of them first where a file has several.
    var aliases: [String] {
        switch self {
        case .name: ["act", "title", "name"]
        case .body: ["prompt", "body", "content", "text"]
        case .description: ["description"]
        case .category: ["category"]
        case .kind: ["type"]
        case .tags: ["tags"]
        case .forDevs: ["for_devs"]
        }
    }

    /// What it is called in a message.
    var meaning: String {
        switch self {
        case .name: "the name"
        case .body: "the text"
        case .description: "the description"
        case .category, .kind: "the category"
        case .tags: "the tags"
        case .forDevs: "the mark for developers"
        }
    }

    /// Whether its values always become a part of the prompt. The others may turn out to say something else.
    fileprivate var isBinding: Bool { self != .kind && self != .forDevs }
}

/// Which column plays which part.
struct Columns {
    /// Every column's own name.
    let names: [String]
    /// The columns whose values may go to the metadata, each with a key that no other column has.
    let extras: [(index: Int, key: String)]
    private let places: [Role: Int]

    init(names: [String]) {
        let places = Self.places(in: names)
        let bound = Set(places.filter { $0.key.isBinding }.values)
        var keys = DistinctKeys()
        self.names = names
        self.places = places
        extras = names.indices.filter { !bound.contains($0) }.map { ($0, keys.next(for: names[$0], at: $0)) }
    }

    /// Where a role's values are found.
    subscript(role: Role) -> Int? { places[role] }

    var nameAPrompt: Bool { places[.name] != nil && places[.body] != nil }

    private static func places(in names: [String]) -> [Role: Int] {
        let folded = names.map { $0.trimmedASCII.asciiLowercased }
        var places: [Role: Int] = [:]
        for role in Role.allCases { places[role] = place(of: role, in: folded) }
        // A file with categories of its own means something else by "type".
        if places[.category] != nil { places[.kind] = nil }
        return places
    }

    private static func place(of role: Role, in folded: [String]) -> Int? {
        for alias in role.aliases {
            if let index = folded.firstIndex(where: { $0.hasSameBytes(as: alias) }) { return index }
        }
        return nil
    }
}

/// Gives every column a metadata key of its own, so that two columns of one name both keep their values.
private struct DistinctKeys {
    // A dictionary takes "é" composed and decomposed for one key; so must this one, or values would be lost.
    private var used: [String: Int] = [:]

    mutating func next(for name: String, at index: Int) -> String {
        let base = name.isEmpty ? "column \(index + 1)" : name
        guard var number = used[base] else {
            used[base] = 1
            return base
        }
        repeat { number += 1 } while used["\(base) (\(number))"] != nil
        // Remembered, so that a header of one name a million times over is no search a million times over.
        used[base] = number
        used["\(base) (\(number))"] = 1
        return "\(base) (\(number))"
    }
}
