package import Changesets

/// What somebody may read in a workspace: a finite description of a set of scopes.
package struct ReadView: Hashable, Sendable {
    /// Whether they belong to the workspace.
    package var isMember: Bool
    /// The users of the workspace that are this person: each of their libraries may have had its own.
    package var users: Set<RowID>
    /// The groups that are shared with them.
    package var groups: Set<RowID>
    /// The projects that a member does not see.
    package var hiddenProjects: Set<RowID>
    /// Whether nothing is kept from them.
    package var seesEverything: Bool

    package init(
        isMember: Bool, users: Set<RowID> = [], groups: Set<RowID> = [], hiddenProjects: Set<RowID> = [],
        seesEverything: Bool = false
    ) {
        self.isMember = isMember
        self.users = users
        self.groups = groups
        self.hiddenProjects = hiddenProjects
        self.seesEverything = seesEverything
    }

    package static let everything = ReadView(isMember: true, seesEverything: true)
    package static let nothing = ReadView(isMember: false)

    /// Whether there is nothing that they may read, whatever users they are: nobody is let in for what is
    /// private alone.
    package var isNothing: Bool { !seesEverything && !isMember && groups.isEmpty }

    package func contains(_ scope: Scope) -> Bool {
        if seesEverything { return true }
        return switch scope {
        case .anyone: !isNothing
        case .workspace: isMember
        case .project(let id): isMember && !hiddenProjects.contains(id)
        case .private(let user): !isNothing && users.contains(user)
        case .group(let id): groups.contains(id)
        case .nobody: false
        }
    }

    /// What both contain, or less.
    package func intersection(_ other: ReadView) -> ReadView {
        if seesEverything { return other }
        if other.seesEverything { return self }
        return ReadView(
            isMember: isMember && other.isMember, users: users.intersection(other.users),
            groups: groups.intersection(other.groups), hiddenProjects: hiddenProjects.union(other.hiddenProjects))
    }

    package func contains(_ audience: Audience) -> Bool { audience.scopes.contains(where: contains) }
}

extension ReadView {
    private static let idsMax = 100_000

    /// Equal views have equal bytes: a byte of flags (1: member, 2: sees everything), then users, groups and
    /// hidden projects, each as a count (varint) and ids of 16 bytes, ascending.
    package var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.byte((isMember ? 1 : 0) | (seesEverything ? 2 : 0))
        for ids in [users, groups, hiddenProjects] {
            writer.varint(UInt64(ids.count))
            for id in ids.sorted() { writer.append(id.bytes) }
        }
        return writer.bytes
    }

    /// - Throws: `ChangesetError` unless these are the bytes of a view.
    package init(bytes: [UInt8]) throws(ChangesetError) {
        var reader = ByteReader(bytes[...])
        let flags = try reader.byte()
        guard flags < 4 else { throw .malformed("a view with unknown flags") }
        let users = try Self.ids(&reader)
        let groups = try Self.ids(&reader)
        let hidden = try Self.ids(&reader)
        self.init(
            isMember: flags & 1 != 0, users: users, groups: groups, hiddenProjects: hidden,
            seesEverything: flags & 2 != 0)
        guard reader.isAtEnd, self.bytes == bytes else { throw .malformed("a view that is not in canonical form") }
    }

    private static func ids(_ reader: inout ByteReader) throws(ChangesetError) -> Set<RowID> {
        var ids: Set<RowID> = []
        for _ in 0..<(try reader.count(atMost: idsMax)) {
            if let id = RowID(try reader.bytes(16)) { ids.insert(id) }
        }
        return ids
    }
}
