/// Rows as they were, and what became of some: a look at a large replica costs what has changed in it.
struct ChangedRows {
    private let before: [Key: ReferenceRow]
    /// Nil for a row that is not there any more.
    private(set) var changes: [Key: ReferenceRow?] = [:]
    private(set) var count: Int

    init(_ before: [Key: ReferenceRow]) {
        self.before = before
        count = before.count
    }

    subscript(key: Key) -> ReferenceRow? {
        get { changes[key] ?? before[key] }
        set {
            count += (newValue == nil ? 0 : 1) - (self[key] == nil ? 0 : 1)
            changes.updateValue(newValue, forKey: key)
        }
    }

    /// Those that are not among what is held.
    func gone(from held: Set<Key>) -> [Key: ReferenceRow] {
        let keys = Set(before.keys).union(changes.keys).subtracting(held)
        return Dictionary(uniqueKeysWithValues: keys.compactMap { key in self[key].map { (key, $0) } })
    }
}
