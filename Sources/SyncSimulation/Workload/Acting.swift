internal import Changesets
internal import PromptLibrary

extension Simulation {
    /// Does what the event says.
    ///
    /// - Returns: what came of it, for the trace.
    func act(_ event: Event, _ node: VirtualNode, _ dice: inout SplitMix64) async throws -> String {
        switch event.kind {
        case .create, .edit, .beginEdit, .staleSave, .rename, .describe, .settings, .rollback, .duplicate, .archive,
            .delete, .undelete, .merge, .resolve, .close, .restoreValue:
            var work = PromptWork(node, event, dice)
            return try work.run()
        case .tag, .untag, .favourite, .unfavourite, .metadata, .unsetMetadata, .createGroup, .renameGroup,
            .deleteGroup, .place, .leaveGroup, .createProject, .changeProject, .deleteProject, .preference,
            .unsetPreference, .use, .search:
            var work = CollectionWork(node, event, dice)
            return try work.run()
        case .label, .unlabel, .protectedLabel: return try await label(event, node, &dice)
        case .rawInsert, .rawUpdate, .rawDelete, .rawReplace, .rawRevive, .rawTransaction:
            var work = RawWork(node, event, dice)
            return try work.run()
        case .importFile: return try importFile(node, &dice)
        case .exchangeFile: return try exchangeFile(event, node, &dice)
        case .exchangeOldFile: return try exchangeOldFile(event, node, &dice)
        case .foreign: return try meetForeigner(node, &dice)
        case .sync: return try sync(node, &dice)
        case .syncTogether: return try syncTogether(event, &dice)
        case .backUp, .jumpHours, .jumpYears, .partition, .clone, .twin, .restoreClient, .rewindClient,
            .restoreServer:
            return try befall(event, node, &dice)
        case .upgrade: return try upgrade(node, &dice)
        case .collect: return try collect(&dice)
        case .damage: return try damage(node, &dice)
        case .changeAccess:
            faults.note(.revocation)
            return try changeAccess(node, &dice)
        case .laterWork: return try workLater(event, node, dice)
        }
    }
}

/// Picks among what a node has.
struct Picking {
    let node: VirtualNode
    var dice: SplitMix64

    /// Some row of a table; of many rather one of the first, so that nodes meet on them.
    mutating func row(of table: String) throws -> RowID? {
        let count = Int(try node.shell.integer("SELECT count(*) FROM \(table)"))
        let place = dice.once(in: 2) ? dice.below(min(count, 4)) : dice.below(count)
        let rows = try node.shell.run(
            "SELECT id FROM \(table) ORDER BY id LIMIT 1 OFFSET ?", [.integer(Int64(place))])
        return rows.first?[0].blob.flatMap { RowID($0) }
    }

    mutating func prompt() throws -> String? { try row(of: "prompts")?.hex }
    mutating func group() throws -> String? { try row(of: "groups")?.hex }
    mutating func project() throws -> String? { try row(of: "projects")?.hex }
}
