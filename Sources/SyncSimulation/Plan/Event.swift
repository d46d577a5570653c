/// One step of a history. It has random numbers of its own, so that leaving out another changes only
/// what that one did.
package struct Event: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        // Prompts.
        case create, edit, beginEdit, staleSave, rename, describe, settings, rollback, duplicate, archive
        case delete, undelete, merge, resolve, close, restoreValue
        // What hangs on them.
        case tag, untag, favourite, unfavourite, metadata, unsetMetadata, label, unlabel, protectedLabel
        case createGroup, renameGroup, deleteGroup, place, leaveGroup
        case createProject, changeProject, deleteProject, preference, unsetPreference, use, search
        // Past Offbook.
        case rawInsert, rawUpdate, rawDelete, rawReplace, rawRevive, rawTransaction
        // Between nodes.
        case importFile, exchangeFile, exchangeOldFile, foreign, sync, syncTogether
        // What is done to nodes.
        case backUp, jumpHours, jumpYears, partition, clone, twin, restoreClient, rewindClient, restoreServer
        case upgrade, laterWork, collect, damage, changeAccess
    }

    package var number: Int
    package var kind: Kind
    /// Of which node, counted round.
    package var node: Int
    package var other: Int
    /// Milliseconds since the event before.
    package var elapsed: Int64
    package var seed: UInt64
    /// What goes wrong meanwhile.
    package var fault: FaultKind?
}

extension Event.Kind {
    /// The fault that the event is.
    var fault: FaultKind? {
        switch self {
        case .jumpHours: .clockHours
        case .jumpYears: .clockYears
        case .partition: .partition
        case .clone: .clone
        case .twin: .twin
        case .restoreClient: .restoreClient
        case .rewindClient: .rewindClient
        case .restoreServer: .restoreServer
        case .syncTogether: .reorder
        case .upgrade, .laterWork: .mixedSchemas
        case .collect: .collection
        case .damage: .damage
        case .changeAccess: .revocation
        default: nil
        }
    }

    /// Out of so many events about one is of this kind.
    var weight: Int {
        switch self {
        case .sync: 90
        case .edit: 50
        case .create: 24
        case .exchangeFile, .syncTogether, .rename, .tag: 16
        case .importFile, .backUp, .place, .beginEdit, .staleSave, .merge, .delete, .rawUpdate, .label: 10
        case .jumpYears, .restoreServer, .duplicate, .search, .foreign: 3
        case .laterWork: 30
        case .jumpHours: 8
        case .collect, .changeAccess: 16
        case .twin, .clone, .restoreClient, .rewindClient, .partition, .upgrade: 4
        default: 6
        }
    }
}
