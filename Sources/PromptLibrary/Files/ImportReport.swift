/// What an import did, or would do.
package struct ImportReport: Encodable, Sendable, Equatable {
    /// A prompt of the file that was not taken.
    package struct Rejection: Encodable, Sendable, Equatable {
        /// Where a folder was imported: the file.
        package var path: String?
        package var line: Int
        package var reason: String
    }

    package var created = 0
    /// Prompts that got a new version, or something else of what the file says.
    package var updated = 0
    /// Of those: prompts on which the library had moved on, so that the file's text stands beside its head.
    package var diverged = 0
    /// Prompts that came back from the trash.
    package var restored = 0
    package var unchanged = 0
    /// Names of prompts whose files are gone from a folder that was exported, and that stay: pruning takes
    /// only those that were not edited here since.
    package var removed: [String] = []
    /// Names of those that were moved to the trash.
    package var pruned: [String] = []
    package var rejected: [Rejection] = []

    package init(
        created: Int = 0, updated: Int = 0, diverged: Int = 0, restored: Int = 0, unchanged: Int = 0
    ) {
        (self.created, self.updated, self.diverged) = (created, updated, diverged)
        (self.restored, self.unchanged) = (restored, unchanged)
    }

    package var changesNothing: Bool { created + updated + restored + pruned.count == 0 }
}
