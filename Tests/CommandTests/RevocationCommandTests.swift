import Foundation
import Testing

/// What somebody may see is taken away by the commands, over HTTP, while their machine is offline and has edits
/// that were not sent.
@Suite("Revocation by the commands")
struct RevocationCommandTests {
    enum Kind: String, CaseIterable {
        case unshared, lowered, projectRemoved, memberRemoved
    }

    private let scratch: Scratch
    private let server: Server
    private let ada: Node
    private static let revoked = "the text that was revoked 51ab90"
    private static let unsent = "an edit that was not sent 77c0de"

    init() throws {
        scratch = try Scratch()
        server = try Server(
            in: scratch, options: ["--no-verification", "--owner", "ada@example.org"], isFresh: true)
        ada = Node("ada", in: scratch)
        try ada.run("init", "--name", "Stage team")
        try ada.run("new", "plain", "--body", "stays")
        try ada.run("new", "secret", "--body", Self.revoked, "--project", "plans")
        try ada.run("group", "create", "shown")
        try ada.run("group", "add", "shown", "secret")
        try ada.login(server, "ada@example.org", passwords: try server.ownersPassword(), "password-of-ada")
        try ada.run("connect", server.url)
        try ada.sync()
    }

    private func holder(_ kind: Kind) throws -> Node {
        let holder = Node("grace", in: scratch)
        let email = "grace@example.org"
        if kind == .unshared {
            try holder.login(server, email, "--register", passwords: "password-of-grace")
            try ada.run("share", "shown", "--with", email, "--edit")
        } else {
            let code = try ada.run("invite", email).line
            try holder.login(server, email, "--register", "--invitation", code, passwords: "password-of-grace")
        }
        try holder.run("connect", server.url)
        try holder.sync()
        return holder
    }

    private func revoke(_ kind: Kind) throws {
        switch kind {
        case .unshared: try ada.run("unshare", "shown", "--with", "grace@example.org")
        case .lowered: try ada.run("members", "role", "grace@example.org", "viewer")
        case .projectRemoved: try ada.run("project", "access", "plans", "--restrict")
        case .memberRemoved: try ada.run("members", "remove", "grace@example.org")
        }
    }

    /// The replica's file and its log.
    private func holds(_ node: Node, _ text: String) throws -> Bool {
        try shell("cat \(quoted(try node.replica))* | grep -caF \(quoted(text))").status == 0
    }

    @Test(arguments: Kind.allCases)
    func nothingStaysAndTheEditIsSetAside(_ kind: Kind) throws {
        let grace = try holder(kind)
        #expect(try grace.run("show", "secret").output == Self.revoked)
        #expect(try holds(grace, Self.revoked))
        try grace.run("edit", "secret", "--body", Self.unsent)
        try grace.run("config", "set", "list.sort", "name")
        try revoke(kind)
        let report = try grace.sync()
        #expect(report["lost_access"].bool == (kind == .unshared || kind == .memberRemoved))
        if kind == .lowered {
            #expect(try grace.run("show", "secret").output == Self.revoked)
        } else {
            #expect(try grace.attempt("show", "secret").status == 3)
            #expect(try !holds(grace, Self.revoked))
        }
        #expect(try ada.run("show", "secret").output == Self.revoked)
        if kind == .lowered || kind == .projectRemoved { #expect(try grace.run("show", "plain").output == "stays") }
        let file = "\(scratch.path)/orphans.json"
        try grace.run("orphans", "export", file)
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains(Self.unsent))
        #expect(try grace.json("status")["lost_access"].bool == report["lost_access"].bool)
        #expect(try grace.run("config", "get", "list.sort").line == "name")
        #expect(try grace.run("doctor", "--deep").status == 0)
    }

    @Test("what is given back comes back")
    func givenBack() throws {
        let grace = try holder(.projectRemoved)
        try ada.run("project", "access", "plans", "--restrict")
        try grace.sync()
        #expect(try grace.attempt("show", "secret").status == 3)
        try ada.run("project", "access", "plans", "--add", "grace@example.org")
        try grace.sync()
        #expect(try grace.run("show", "secret").output == Self.revoked)
        #expect(try grace.digest() == ada.digest())
    }

    @Test("a server that is down, or a token that has ended, empties nothing")
    func outage() throws {
        let grace = try holder(.memberRemoved)
        server.kill()
        #expect(try grace.attempt("sync").status == 5)
        #expect(try grace.run("show", "secret").output == Self.revoked)
    }
}
