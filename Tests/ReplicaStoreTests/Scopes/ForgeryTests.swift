import AccessControl
import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// A hostile client: every row that is not its own to write is denied, nothing changes, nothing is shown.
@Suite("Scopes: forged pushes")
struct ForgeryTests {
    let troupe: Troupe
    let its: Belongings
    let ann: RowID
    let bob: RowID

    init() throws {
        troupe = try Troupe([("ann", .owner), ("bob", .member), ("vic", .viewer), ("gus", nil)])
        its = try Belongings(troupe)
        ann = try troupe.user("ann")
        bob = try troupe.user("bob")
    }

    /// Each row by itself, as one that is denied may drag others along.
    private func expectDenied(_ forger: Forger, _ rows: [(SyncedTable, RowState)]) throws {
        let before = try troupe.server.digest
        for (number, row) in rows.enumerated() {
            let reason = try forger.push([row])[0]
            #expect(reason != nil, "\(forger.name) \(number): \(row.0.name)")
        }
        #expect(try troupe.server.digest == before)
        #expect(try troupe.server.replica.examine(deep: true).isEmpty)
    }

    private func state(_ table: SyncedTable, _ id: RowID) throws -> RowState {
        let page = try troupe.server.replica.states(of: [RowName(table: table.name, row: id)], in: .everything).page
        return try #require(try ChangesetPage(encoded: page[...]).batches.first?.rows.first)
    }

    private func version(of prompt: RowID, by author: RowID, _ body: String = "forged") -> (RowID, [String: Value]) {
        let identity = VersionIdentity(
            prompt: prompt, parents: [], kind: Bytes("edit".utf8), body: Bytes(body.utf8), settings: Bytes("{}".utf8),
            variables: Bytes("[]".utf8), type: Bytes("text".utf8))
        return (
            identity.id,
            [
                "prompt_id": .blob(prompt), "kind": .text("edit"), "body": .text(body), "settings": .text("{}"),
                "variables": .text("[]"), "type": .text("text"), "author_id": .blob(author), "node_id": .null,
            ]
        )
    }

    @Test("for another user")
    func users() throws {
        let bob = Forger(troupe, as: "bob")
        let node = try troupe.node("ann").replica.clientIdentity().replica.rowID
        try expectDenied(
            bob,
            [
                bob.row(.users, ann, ["name": .text("Bob the owner")]),
                bob.row(.users, .uuid7(at: 5), ["name": .text("somebody")]),
                bob.row(.nodes, node, ["name": .text("mine"), "user_id": .blob(ann), "public_key": .blob([1, 2, 3])]),
                bob.row(.nodes, node, ["name": .text("mine"), "user_id": .blob(self.bob)]),
                bob.row(.nodes, .uuid7(at: 6), ["name": .text("new"), "user_id": .blob(ann)]),
                bob.row(.favourites, .uuid7(at: 7), ["user_id": .blob(ann), "prompt_id": .blob(its.open)]),
                bob.row(.preferences, .uuid7(at: 8), ["owner_id": .blob(ann), "key": .text("list.sort")]),
                bob.row(
                    .usageEvents, .uuid7(at: 9),
                    ["prompt_id": .blob(its.open), "user_id": .blob(ann), "kind": .text("render"), "node_id": .null]),
                bob.row(
                    .usageEvents, .uuid7(at: 10),
                    ["prompt_id": .blob(its.open), "user_id": .null, "kind": .text("render"), "node_id": .null]),
            ])
    }

    @Test("for the workspace, or another one")
    func workspace() throws {
        let bob = Forger(troupe, as: "bob")
        try expectDenied(
            bob,
            [
                bob.row(.workspaces, troupe.workspace, ["name": .text("Bob's")]),
                bob.row(.workspaces, .uuid7(at: 5), ["name": .text("another")]),
                bob.row(.preferences, .uuid7(at: 6), ["owner_id": .blob(troupe.workspace), "key": .text("new.model")]),
                bob.row(.purges, .derived(table: "purges", key: [its.open.bytes]), ["prompt_id": .blob(its.open)]),
            ])
        #expect(try troupe["ann"].show("open").body == "for all")
    }

    @Test("into what is private to another, or in a project that is hidden")
    func foreignScopes() throws {
        let bob = Forger(troupe, as: "bob")
        var rows: [(SyncedTable, RowState)] = []
        for prompt in [its.secret, its.hiddenPrompt] {
            let current = try state(.prompts, prompt)
            let (id, version) = version(of: prompt, by: self.bob)
            rows += [
                bob.row(.prompts, prompt, ["name": .text("mine")], over: current),
                bob.row(.prompts, prompt, ["visibility": .text("workspace"), "project_id": .null], over: current),
                bob.row(.prompts, prompt, [:], over: current, deleted: true),
                bob.row(.prompts, prompt, ["created_by": .blob(self.bob)], over: current, time: 1),
                bob.row(.versions, id, version),
                bob.row(
                    .tips, .uuid7(at: 5),
                    ["prompt_id": .blob(prompt), "version_id": .blob(id), "branch": .text("main")]),
                bob.row(.tags, .uuid7(at: 6), ["prompt_id": .blob(prompt), "tag": .text("t")]),
                bob.row(.metadata, .uuid7(at: 7), ["prompt_id": .blob(prompt), "key": .text("k")]),
                bob.row(
                    .labels, .uuid7(at: 8),
                    ["prompt_id": .blob(prompt), "label": .text("staging"), "version_id": .blob(id)]),
                bob.row(.groupEntries, .uuid7(at: 9), ["group_id": .blob(its.bobsGroup), "prompt_id": .blob(prompt)]),
                bob.row(
                    .usageEvents, .uuid7(at: 15),
                    ["prompt_id": .blob(prompt), "user_id": .blob(self.bob), "kind": .text("render"), "node_id": .null]
                ),
            ]
        }
        let (theirs, sent) = version(of: its.secret, by: ann)
        rows += [
            bob.row(.versions, theirs, sent),
            bob.row(.prompts, .uuid7(at: 10), ["project_id": .blob(its.hiddenProject), "created_by": .blob(self.bob)]),
            bob.row(.prompts, .uuid7(at: 11), ["visibility": .text("private"), "created_by": .blob(ann)]),
            bob.row(.prompts, .uuid7(at: 12), ["project_id": .blob([1, 2]), "created_by": .blob(self.bob)]),
            bob.row(.projects, its.hiddenProject, ["name": .text("mine")]),
            bob.row(.groups, its.annsGroup, ["name": .text("mine")]),
            bob.row(.groupEntries, .uuid7(at: 13), ["group_id": .blob(its.annsGroup), "prompt_id": .blob(its.open)]),
            bob.row(
                .groupEntries, .uuid7(at: 14), ["group_id": .blob(its.bobsGroup), "prompt_id": .blob(.uuid7(at: 99))]),
        ]
        try expectDenied(bob, rows)
    }

    @Test("what is theirs can't be moved to where it is not, nor taken over")
    func moves() throws {
        let bob = Forger(troupe, as: "bob")
        let current = try state(.prompts, its.open)
        let tag = bob.row(.tags, .uuid7(at: 5), ["prompt_id": .blob(its.open), "tag": .text("t")])
        #expect(try bob.push([tag]) == [nil])
        try expectDenied(
            bob,
            [
                bob.row(.prompts, its.open, ["project_id": .blob(its.hiddenProject)], over: current),
                bob.row(.prompts, its.open, ["visibility": .text("private")], over: current),
                bob.row(.prompts, its.open, ["visibility": .text("only god knows")], over: current),
                bob.row(.prompts, its.open, ["created_by": .blob(self.bob)], over: current, time: 1),
                bob.row(.tags, tag.1.id, ["prompt_id": .blob(its.secret), "tag": .text("t")], time: 1_800_000_060_001),
            ])
    }

    @Test("the journal of what they may not change")
    func journal() throws {
        let bob = Forger(troupe, as: "bob")
        let vic = Forger(troupe, as: "vic")
        for (forger, prompt) in [(bob, its.secret), (vic, its.open)] {
            let dot = Dot(replica: forger.replica, seq: 1)
            let id = RowID.journal(
                table: Bytes("prompts".utf8), row: prompt, column: Bytes("name".utf8), dot: dot, value: .text("x"))
            try expectDenied(
                forger,
                [
                    forger.row(
                        .conflicts, id,
                        [
                            "table_name": .text("prompts"), "row_id": .blob(prompt), "column_name": .text("name"),
                            "hlc": .integer(1), "replica": .blob(dot.replica.rowID), "seq": .integer(1),
                            "value": .text("x"),
                        ])
                ])
        }
    }

    @Test("a viewer changes nothing but what is their own")
    func viewer() throws {
        let vic = Forger(troupe, as: "vic")
        let user = try troupe.user("vic")
        let (id, version) = version(of: its.open, by: user)
        let current = try state(.prompts, its.open)
        try expectDenied(
            vic,
            [
                vic.row(.prompts, its.open, ["name": .text("mine")], over: current),
                vic.row(.prompts, its.open, [:], over: current, deleted: true),
                vic.row(.prompts, .uuid7(at: 5), ["created_by": .blob(user)]),
                vic.row(.prompts, .uuid7(at: 6), ["visibility": .text("private"), "created_by": .blob(user)]),
                vic.row(.versions, id, version),
                vic.row(.tags, .uuid7(at: 7), ["prompt_id": .blob(its.open), "tag": .text("t")]),
                vic.row(.tags, .uuid7(at: 7), ["prompt_id": .blob(.uuid7(at: 98)), "tag": .text("t")]),
                vic.row(.groups, .uuid7(at: 8), ["created_by": .blob(user)]),
                vic.row(.projects, .uuid7(at: 9), ["created_by": .blob(user)]),
            ])
        let own = try vic.push([
            vic.row(.favourites, .uuid7(at: 10), ["user_id": .blob(user), "prompt_id": .blob(its.open)]),
            vic.row(.preferences, .uuid7(at: 11), ["owner_id": .blob(user), "key": .text("list.sort")]),
            vic.row(
                .usageEvents, .uuid7(at: 12),
                ["prompt_id": .blob(its.open), "user_id": .blob(user), "kind": .text("render"), "node_id": .null]),
            vic.row(.users, user, ["name": .text("Victor")]),
        ])
        #expect(own == [nil, nil, nil, nil])
    }

    @Test("a guest edits the content of what is shared to edit, and nothing else")
    func guest() throws {
        let gus = Forger(troupe, as: "gus")
        let user = try troupe.user("gus")
        let (id, version) = version(of: its.open, by: user, "by the guest")
        let current = try state(.prompts, its.open)
        #expect(
            try gus.push([
                gus.row(.versions, id, version),
                gus.row(.tags, .uuid7(at: 5), ["prompt_id": .blob(its.open), "tag": .text("t")]),
            ]) == [nil, nil])
        var rows = [
            gus.row(.prompts, its.open, [:], over: current, deleted: true),
            gus.row(.prompts, its.open, ["visibility": .text("private")], over: current),
            gus.row(.prompts, .uuid7(at: 6), ["created_by": .blob(user)]),
            gus.row(.prompts, .uuid7(at: 7), ["visibility": .text("private"), "created_by": .blob(user)]),
            gus.row(.groups, .uuid7(at: 8), ["created_by": .blob(user)]),
            gus.row(.groups, its.annsGroup, [:], over: try state(.groups, its.annsGroup), deleted: true),
        ]
        for prompt in [its.open, its.secret, its.hiddenPrompt] {
            rows.append(
                gus.row(.groupEntries, .uuid7(at: 9), ["group_id": .blob(its.annsGroup), "prompt_id": .blob(prompt)]))
        }
        try expectDenied(gus, rows)
        let group = its.annsGroup
        troupe.change("gus") { $0.shares = [group: .read] }
        try expectDenied(gus, [gus.row(.tags, .uuid7(at: 5), ["prompt_id": .blob(its.open), "tag": .text("u")])])
    }

    @Test("a key that only reads pushes nothing; one that reads nothing gets nothing")
    func keys() throws {
        troupe.change("bob") { $0.permissions = .read }
        let bob = Forger(troupe, as: "bob")
        try expectDenied(bob, [bob.row(.tags, .uuid7(at: 5), ["prompt_id": .blob(its.open), "tag": .text("t")])])
        troupe.change("bob") { $0.permissions = .write }
        #expect(throws: SyncRefusal(.forbidden, "")) { try troupe.sync("bob") }
    }

    @Test("who answers for what: A, via B")
    func carried() throws {
        let bob = Forger(troupe, as: "bob")
        let (id, version) = version(of: its.open, by: ann, "in ann's name")
        #expect(try bob.push([bob.row(.versions, id, version)]) == [nil])
        let carried = try #require(try troupe.server.replica.read { try $0.carriedRows(of: id) }.first)
        #expect(carried.authorUser == ann && carried.account == "bob" && carried.replica == bob.replica)
        #expect(carried.authorReplica == nil, "the edit is bob's own")
    }
}
