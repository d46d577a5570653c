internal import Changesets
internal import ReplicaStore

/// How a model is told to work: what comes with Offbook, and what the workspace's admins wrote.
extension Library {
    /// By name.
    ///
    /// - Parameter builtIns: those that come with Offbook, as they came.
    package func styles(
        builtIns: [BuiltInStyle], _ page: PageRequest = PageRequest()
    ) throws -> Listing<StyleView> {
        try replica.read { reading in
            let rows = try reading.styles()
            let own = try rows.compactMap { try reading.view($0, builtIns) }
            let names = Set(own.map(\.name))
            let rest = builtIns.filter { !names.contains($0.name) }.map { StyleView($0) }
            var seen: Set<String> = []
            let all = (own + rest).filter { seen.insert($0.name).inserted }
            return try page.page(of: all.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
        }
    }

    /// - Throws: `notFound`.
    package func style(_ name: String, builtIns: [BuiltInStyle]) throws -> StyleView {
        let all = try styles(builtIns: builtIns).items
        guard let style = all.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            throw LibraryError.missing("style", name, among: all.map(\.name), otherwise: "see: offbook styles list")
        }
        return style
    }

    /// Gives a style another text, or makes one. The former text stays in its history.
    ///
    /// - Parameter description: nil leaves it as it is.
    /// - Throws: `invalid`, and `ReplicaError.denied` for who is no admin.
    @discardableResult
    package func setStyle(
        _ name: String, body: String, description: String? = nil, message: String = "", builtIns: [BuiltInStyle]
    ) throws -> StyleView {
        try LibraryError.check(styleName: name)
        try LibraryError.check(VersionContent(body: Array(body.utf8)))
        return try replica.write { transaction in
            let former = try transaction.reading.style(named: name).flatMap {
                try transaction.reading.view($0, builtIns)
            }
            let known = former?.description ?? builtIns.first { $0.name == name }?.description
            try transaction.saveStyle(name, body, description ?? known ?? "", message)
            guard let row = try transaction.reading.style(named: name),
                let view = try transaction.reading.view(row, builtIns)
            else { throw LibraryError(.notFound, "the style “\(name)” is not here any more") }
            return view
        }
    }

    /// The newest first; none for a built-in one that nobody has edited.
    package func styleHistory(
        _ name: String, builtIns: [BuiltInStyle], _ page: PageRequest = PageRequest()
    ) throws -> Listing<StyleVersionView> {
        let history = try replica.read { reading in
            try reading.style(named: name).map { try reading.versionViews(of: $0) }
        }
        if history == nil { _ = try style(name, builtIns: builtIns) }
        return try page.page(of: history ?? [])
    }

    /// Makes a new version with the text of an old one.
    ///
    /// - Parameter version: such as `v2`, or digits of its id.
    @discardableResult
    package func rollbackStyle(_ name: String, to version: String, builtIns: [BuiltInStyle]) throws -> StyleView {
        let found = try replica.read { reading in
            guard let row = try reading.style(named: name) else {
                throw LibraryError(.notFound, "the style “\(name)” has no history here; see: offbook styles list")
            }
            return try Self.version(version, among: reading.versionViews(of: row))
        }
        return try setStyle(
            name, body: found.body, description: found.description, message: "back to \(found.name)",
            builtIns: builtIns)
    }

    /// Takes away what was written here: a built-in style is again as it came. The history stays, and shows when the
    /// style is written anew.
    package func removeStyle(_ name: String, builtIns: [BuiltInStyle]) throws {
        try replica.write { transaction in
            guard let row = try transaction.reading.style(named: name) else {
                if builtIns.contains(where: { $0.name == name }) {
                    throw LibraryError(.conflict, "the style “\(name)” comes with Offbook, and nobody has edited it")
                }
                throw LibraryError(.notFound, "there is no style “\(name)”; see: offbook styles list")
            }
            try transaction.delete(from: .styles, row.id)
        }
    }

    private static func version(_ name: String, among all: [StyleVersionView]) throws -> StyleVersionView {
        let digits = name.lowercased()
        let named = all.filter { $0.name == name || $0.name.hasPrefix("\(name)~") }
        let found =
            named.isEmpty && digits.count >= 4
            ? all.filter { $0.id.hasPrefix(digits) || $0.id.hasSuffix(digits) } : named
        guard let version = found.first else {
            throw LibraryError.missing(
                "version", name, among: all.map(\.name), otherwise: "see: offbook styles history")
        }
        guard found.count == 1 else {
            let names = found.map(\.name).joined(separator: ", ")
            throw LibraryError(.ambiguous, "“\(name)” could be any of \(names)")
        }
        return version
    }
}

extension WriteTransaction {
    /// The id derives from the name: two admins who write a style of one name, offline, write one style.
    fileprivate func saveStyle(_ name: String, _ body: String, _ description: String, _ message: String) throws {
        let row = try reading.style(named: name)
        let style = row?.id ?? .derived(table: SyncedTable.styles.name, key: [Array(name.utf8)])
        // One that was removed goes on where it was.
        let parent = try row?.version.flatMap { try reading.styleVersion($0) } ?? reading.versions(ofStyle: style).first
        let version = newID()
        let generation = min(parent?.generation ?? 0, .max - 1) + 1
        try insert(
            into: .styleVersions, version,
            [
                "style_id": .blob(style), "parent_id": Value(parent?.id), "generation": .integer(generation),
                "description": .text(description), "body": .text(body), "message": .text(message),
                "author_id": .blob(user), "node_id": .blob(replica.rowID), "created_at": .integer(now),
            ])
        if row != nil { return try update(.styles, style, ["version_id": .blob(version)]) }
        try insert(into: .styles, style, ["name": .text(name), "version_id": .blob(version)])
    }
}

extension LibraryError {
    /// As it is named in requests and on command lines.
    fileprivate static func check(styleName name: String) throws {
        try check(name: name)
        let isPlain = name.utf8.allSatisfy { byte in
            byte >= 0x80 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard isPlain else {
            throw LibraryError(.invalid, "“\(name)” is no name of a style: it takes letters, digits, -, _ and .")
        }
    }
}
