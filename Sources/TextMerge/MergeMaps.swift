/// What a three-way merge of maps gave.
package struct MergedMap<Value: Sendable & Equatable>: Sendable, Equatable {
    /// What a key had in each of the three maps, nil where the map has not got it.
    package struct Conflict: Sendable, Equatable {
        package var base: Value?
        package var ours: Value?
        package var theirs: Value?

        package init(base: Value?, ours: Value?, theirs: Value?) {
            self.base = base
            self.ours = ours
            self.theirs = theirs
        }
    }

    /// The merged keys. A key in conflict is not among them.
    package var values: [String: Value]
    /// The keys the sides changed in different ways, deleting included.
    package var conflicts: [String: Conflict]

    package init(values: [String: Value], conflicts: [String: Conflict]) {
        self.values = values
        self.conflicts = conflicts
    }

    /// Whether nothing is left for a person to decide.
    package var isClean: Bool { conflicts.isEmpty }
}

/// Merges small maps key by key: a key changed by one side only takes that side's value, the same change
/// of both is taken once, and anything else is a conflict. Adding and deleting are changes.
///
/// `same` tells whether two values are equal. Values that hold text and are compared with `==` count as
/// equal when their text is canonically equivalent: pass a stricter one where the bytes matter.
package func mergeMaps<Value>(
    base: [String: Value], ours: [String: Value], theirs: [String: Value],
    same: (Value, Value) -> Bool = { $0 == $1 }
) -> MergedMap<Value> {
    var result = MergedMap<Value>(values: [:], conflicts: [:])
    for key in allKeys(base, ours, theirs) {
        let found = MergedMap<Value>.Conflict(base: base[key], ours: ours[key], theirs: theirs[key])
        switch found.resolved(same) {
        case .some(let value): result.values[key] = value
        case .none: result.conflicts[key] = found
        }
    }
    return result
}

/// Merges maps of texts, which are compared by their UTF-8.
package func mergeMaps(
    base: [String: String], ours: [String: String], theirs: [String: String]
) -> MergedMap<String> {
    mergeMaps(base: base, ours: ours, theirs: theirs, same: sameBytes)
}

extension MergedMap.Conflict {
    /// The value the key is to have, itself nil for none; nil where the sides disagree.
    fileprivate func resolved(_ same: (Value, Value) -> Bool) -> Value?? {
        func equal(_ one: Value?, _ other: Value?) -> Bool {
            guard let one, let other else { return one == nil && other == nil }
            return same(one, other)
        }
        // The sides are compared with the base first, so that of three equal values the base's is kept
        // whichever side is called ours.
        if equal(base, ours) { return .some(equal(base, theirs) ? base : theirs) }
        if equal(base, theirs) || equal(ours, theirs) { return .some(ours) }
        return .none
    }
}

/// All keys. Of two that differ in bytes only, which a dictionary takes for one, the lesser is kept, so
/// that the choice does not depend on which side is called ours.
private func allKeys<Value>(_ maps: [String: Value]...) -> Set<String> {
    var keys: Set<String> = []
    for key in maps.flatMap(\.keys).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
        keys.insert(key)
    }
    return keys
}
