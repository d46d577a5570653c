package import Changesets

/// A set of rows that are read, or written, by the same people.
package enum Scope: Hashable, Comparable, Sendable {
    /// For everybody who may see anything of the workspace.
    case anyone
    /// For the workspace's members.
    case workspace
    /// For the members who see that project.
    case project(RowID)
    /// For one user.
    case `private`(RowID)
    /// For those with whom that group is shared. Nothing is at home in it.
    case group(RowID)
    /// For nobody: it is not known whose it is.
    case nobody
}

/// Who may read a row: everybody who sees one of its scopes. Not empty, without repetitions, ascending.
package struct Audience: Hashable, Sendable {
    package let scopes: [Scope]

    package init(_ scopes: some Sequence<Scope>) {
        let unique = Set(scopes).sorted()
        self.scopes = unique.isEmpty ? [.nobody] : unique
    }

    /// What is at home in a scope, and in these groups too.
    package init(home: Scope, groups: some Sequence<RowID> = []) {
        self.init([home] + groups.map(Scope.group))
    }
}

extension Scope {
    private static let size = 17

    /// One byte for its kind, then an id of 16 bytes: zeros where it has none.
    var bytes: [UInt8] {
        let none = [UInt8](repeating: 0, count: Self.size - 1)
        return switch self {
        case .anyone: [0] + none
        case .workspace: [1] + none
        case .project(let id): [2] + id.bytes
        case .private(let id): [3] + id.bytes
        case .group(let id): [4] + id.bytes
        case .nobody: [5] + none
        }
    }

    fileprivate init?(_ bytes: ArraySlice<UInt8>) {
        guard let kind = bytes.first, let id = RowID(bytes.dropFirst()), id.length == Self.size - 1 else { return nil }
        switch kind {
        case 0: self = .anyone
        case 1: self = .workspace
        case 2: self = .project(id)
        case 3: self = .private(id)
        case 4: self = .group(id)
        case 5: self = .nobody
        default: return nil
        }
    }
}

extension Audience {
    /// The scopes' bytes, 17 each.
    package var bytes: [UInt8] { scopes.flatMap(\.bytes) }

    /// Nil unless the bytes are those of an audience.
    package init?(bytes: [UInt8]) {
        let starts = stride(from: 0, to: bytes.count, by: 17)
        let scopes = starts.map { Scope(bytes[$0..<min($0 + 17, bytes.count)]) }
        let known = scopes.compactMap { $0 }
        guard !known.isEmpty, known.count == scopes.count else { return nil }
        self.init(known)
        guard self.bytes == bytes else { return nil }
    }
}
