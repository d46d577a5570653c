/// Mistakes that can be planted into a build with OFFBOOK_PLANT, to show that the simulation finds each.
/// Every other build has none of them: there `planted` is false before anything runs.
package enum PlantedFault: String, CaseIterable, Sendable {
    case lastWriterByArrival = "last-writer-by-arrival"
    case editsNotJoined = "edits-not-joined"
    case dominanceWithoutDeletes = "dominance-without-deletes"
    case ackBeforeSync = "ack-before-sync"
    case ackBeforeCommit = "ack-before-commit"
    case journalOutsideTransaction = "journal-outside-transaction"
    case pageBeforeComplete = "page-before-complete"
    case clockNotPersisted = "clock-not-persisted"
    case sealedStampReused = "sealed-stamp-reused"
    case seqReusedAfterRestore = "seq-reused-after-restore"
    case rowsSkippedByVector = "rows-skipped-by-vector"
    case importsWithTime = "imports-with-time"
    case ownDotsKept = "own-dots-kept"
    case onlySealedRowsPushed = "only-sealed-rows-pushed"
    case clockSetTooLow = "clock-set-too-low"
    case digestNotUpdated = "digest-not-updated"
    case repairTakesServers = "repair-takes-servers"
    case collectedTooEarly = "collected-too-early"
    case noFloor = "no-floor"
    case unknownColumnsDropped = "unknown-columns-dropped"
    case keptNotTakenUp = "kept-not-taken-up"
    case pagesForEverybody = "pages-for-everybody"
    case lossesKept = "losses-kept"
    case unsentNotSetAside = "unsent-not-set-aside"

    #if OFFBOOK_PLANT
    /// Set once, before anything runs.
    nonisolated(unsafe) package static var current: PlantedFault?
    #endif
}

#if OFFBOOK_PLANT
package func planted(_ fault: PlantedFault) -> Bool { PlantedFault.current == fault }
#else
@inline(__always) package func planted(_ fault: PlantedFault) -> Bool { false }
#endif
