package import ReplicaStore

/// What compacting a library did.
package struct CompactOutcome: Sendable {
    package var collection: CollectionReport
    /// Of the library's file and its log.
    package var bytesBefore: Int64
    package var bytesAfter: Int64
}

extension Library {
    /// Takes out what was deleted long ago, where this library may, and gives back the space.
    ///
    /// - Parameter retention: for how long what was deleted can be brought back, in days; 30 where nil.
    package func compact(retentionDays: Int? = nil) throws -> CompactOutcome {
        let collection = try replica.collect(retention: retentionDays.map { Int64($0) * CollectionTerms.day })
        let (before, after) = try replica.shrink()
        return CompactOutcome(collection: collection, bytesBefore: before, bytesAfter: after)
    }
}
