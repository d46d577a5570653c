internal import Changesets
package import ReplicaStore

/// Which prompts are wanted, by the names that people use.
package struct FilterRequest: Sendable {
    package var tag: String?
    package var category: String?
    package var project: String?
    package var isFavourite = false
    package var isTemplate = false
    package var author: String?
    /// A time such as 2026-11-20, 2026-11-20T08:00:00Z, 90m, 12h, 7d or 4w (that long ago).
    package var since: String?
    package var archived = PromptFilter.Archived.hidden

    package init() {}
}

extension Library {
    /// - Throws: `notFound` for a project or an author that is not there, `invalid` for a time that is none.
    package func filter(_ request: FilterRequest) throws -> PromptFilter {
        try replica.read { reading in
            var filter = PromptFilter()
            filter.tag = request.tag
            filter.category = request.category
            filter.archived = request.archived
            filter.isTemplate = request.isTemplate ? true : nil
            filter.favouriteOf = request.isFavourite ? try reading.currentUser() : nil
            filter.project = try request.project.map { try reading.resolveProject($0).id }
            filter.since = try request.since.map { try PastTime.milliseconds($0, now: replica.machineTime()) }
            filter.authors = try request.author.map { try reading.resolveUsers($0) }
            return filter
        }
    }
}

extension ReadTransaction {
    fileprivate func resolveUsers(_ name: String) throws -> [RowID] {
        let users = try users(named: name)
        guard users.isEmpty else { return users }
        let known = try userNames().map(\.name)
        throw LibraryError.missing(
            "author", name, among: known, otherwise: "there is \(known.prefix(12).joined(separator: ", "))")
    }
}
