import AccessControl
import Changesets
import Foundation
import PromptLibrary
import ReplicaStore
import SyncEngine
import SyncProtocol
import Testing

/// A hostile client that asks for what it may not see.
@Suite("Scopes: forged pulls")
struct ForgedPullTests {
    let troupe: Troupe
    let its: Belongings

    init() throws {
        troupe = try Troupe([("ann", .owner), ("bob", .member), ("vic", .viewer), ("gus", nil)])
        its = try Belongings(troupe)
    }

    private func handshake(_ name: String) throws -> HandshakeReply {
        let request = HandshakeRequest(try troupe.node(name).replica.clientIdentity())
        guard case .handshake(let reply) = try answer(name, .handshake(request)) else { throw ConnectionLost() }
        return reply
    }

    private func answer(_ name: String, _ request: SyncRequest) throws -> SyncReply {
        try ServerSync(troupe.server.replica, by: troupe.actor(name)).handle(request)
    }

    private func pull(_ name: String, _ change: (inout PullRequest) -> Void) throws -> PullReply {
        let handshake = try handshake(name)
        var request = PullRequest()
        request.workspaceID = handshake.workspaceID
        request.replicaID = Data(try troupe.node(name).replica.clientIdentity().replica.bytes)
        request.epoch = handshake.epoch
        request.followsSeq = handshake.lastSeq
        request.followsNonce = handshake.lastNonce
        request.viewHash = ReadView.hash(ofWire: Array(handshake.view))
        change(&request)
        guard case .pull(let reply) = try answer(name, .pull(request)) else { throw ConnectionLost() }
        return reply
    }

    private func texts(_ page: Data) throws -> [String] {
        guard !page.isEmpty else { return [] }
        return try ChangesetPage(encoded: [UInt8](page)[...]).batches.flatMap { $0.rows.flatMap(\.values) }
            .compactMap(\.text)
    }

    @Test("another view than one's own")
    func views() throws {
        let hashes = [
            ReadView.everything.hash, ReadView(isMember: true).hash, Data([1]), try troupe.actor("ann").view.hash,
        ]
        for hash in hashes {
            #expect(throws: SyncRefusal(.handshakeAgain, "")) { try pull("bob") { $0.viewHash = hash } }
        }
    }

    @Test("a forged view that was held gives nothing that may not be read now")
    func held() throws {
        let views: [ReadView] = [.everything, .nothing, try troupe.actor("ann").view, ReadView(isMember: false)]
        for view in views {
            for position: UInt64 in [0, 5, .max] {
                let reply = try pull("bob") {
                    $0.heldView = Data(view.wireBytes)
                    $0.heldPosition = position
                }
                let texts = try texts(reply.page)
                #expect(!texts.contains("for ann") && !texts.contains("hidden plan") && !texts.contains("secret"))
                #expect(texts.contains("for all") == (position == 0 || position == 5 || view.isNothing))
            }
        }
        #expect(throws: SyncRefusal(.malformed, "")) { try pull("bob") { $0.heldView = Data([9, 9]) } }
    }

    @Test("rows by their names, digests, labels and another workspace")
    func byName() throws {
        let handshake = try handshake("bob")
        let ids = [its.secret, its.hiddenPrompt, its.open]
        var rows = RowsRequest()
        rows.workspaceID = handshake.workspaceID
        rows.replicaID = Data(try troupe.node("bob").replica.clientIdentity().replica.bytes)
        rows.epoch = handshake.epoch
        rows.followsSeq = handshake.lastSeq
        rows.followsNonce = handshake.lastNonce
        rows.viewHash = ReadView.hash(ofWire: Array(handshake.view))
        var names = RowNames()
        names.table = "prompts"
        names.idLength = 16
        names.ids = Data(ids.flatMap(\.bytes))
        rows.rows = [names]
        guard case .rows(let reply) = try answer("bob", .rows(rows)) else { throw ConnectionLost() }
        #expect(try texts(reply.page).filter { ["secret", "planned", "open"].contains($0) } == ["open"])
        #expect(reply.lookedAt == 3)
        var seen = 0
        _ = try troupe.server.replica.forEachPublished(in: troupe.actor("bob").view) { row, _ in
            seen += ids.prefix(2).contains(row.row) ? 1 : 0
        }
        #expect(seen == 0)
        let label = LabelMove(prompt: its.secret, label: "production", expected: nil, version: nil)
        #expect(throws: SyncRefusal(.malformed, "")) {
            try answer("bob", .label(LabelRequest(label, workspace: troupe.workspace)))
        }
        let open = LabelMove(prompt: its.open, label: "production", expected: nil, version: nil)
        #expect(throws: SyncRefusal(.forbidden, "")) {
            try answer("vic", .label(LabelRequest(open, workspace: troupe.workspace)))
        }
        rows.workspaceID = Data(RowID.uuid7(at: 3).bytes)
        #expect(throws: SyncRefusal(.foreignWorkspace, "")) { try answer("bob", .rows(rows)) }
    }

    @Test("a denied row is answered with nothing that may not be read")
    func denied() throws {
        let bob = Forger(troupe, as: "bob")
        let outcome = try bob.send([
            bob.row(.prompts, its.secret, ["name": .text("mine")]), bob.row(.prompts, its.hiddenPrompt, [:]),
        ])
        #expect(outcome.denials.count == 2)
        #expect(outcome.serverRows.isEmpty)
    }

    @Test("who belongs to the workspace no more is told so, and gets nothing else")
    func removed() throws {
        troupe.change("bob") { $0.role = nil }
        #expect(try ReadView(wireBytes: Array(handshake("bob").view)).isNothing)
        #expect(throws: SyncRefusal(.forbidden, "")) { try pull("bob") { _ in } }
    }
}
