import AccessControl
import Changesets
import Foundation
import PromptLibrary
import ReplicaStore
import SyncEngine

/// A server, people with a laptop each, and what a directory would say of them.
final class Troupe {
    struct Person {
        var node: Node
        var role: Role?
        var hidden: Set<RowID> = []
        var shares: [RowID: Share] = [:]
        var permissions = Permissions.all
    }

    let scratch: Scratch
    private(set) var server: Node
    let workspace = RowID.uuid7(at: 1)
    private(set) var people: [String: Person] = [:]

    /// - Parameters:
    ///   - roles: who there is; the first makes the workspace.
    ///   - clock: of all of them; each has its own where there is none.
    init(_ roles: [(String, Role?)], clock: TestClock? = nil) throws {
        scratch = try Scratch()
        server = try Node("server", workspace: workspace, in: scratch, clock: clock ?? TestClock())
        for (name, role) in roles {
            let node = try Node(name, workspace: workspace, in: scratch, clock: clock ?? TestClock())
            people[name] = Person(node: node, role: role)
        }
        for (name, _) in roles { try sync(name) }
    }

    subscript(_ name: String) -> Library {
        get throws { try node(name).library }
    }

    func node(_ name: String) throws -> Node {
        guard let person = people[name] else { throw ShellFailure(message: "there is no \(name)") }
        return person.node
    }

    func change(_ name: String, _ change: (inout Person) -> Void) {
        guard var person = people[name] else { return }
        change(&person)
        people[name] = person
    }

    func user(_ name: String) throws -> RowID { try node(name).replica.read { try $0.currentUser() } }

    func actor(_ name: String) throws -> Actor {
        guard let person = people[name] else { throw ShellFailure(message: "there is no \(name)") }
        let seesAll = person.role.map { $0 >= .admin } ?? false
        let view = ReadView(
            isMember: person.role != nil, users: [try user(name)], hiddenProjects: seesAll ? [] : person.hidden)
        return Actor(
            account: name, view: view, role: person.role, groups: person.shares, permissions: person.permissions)
    }

    @discardableResult
    func sync(_ name: String, fault: () -> Fault = { .none }) throws -> SyncSummary {
        try ReplicaStoreTests.sync(node(name), with: server, as: actor(name), fault: fault)
    }

    /// Somebody, or the server, goes on from a backup of its file.
    func restore(_ name: String, from backup: String, as file: String) throws {
        let former = name == "server" ? server : try node(name)
        let node = try Node(of: former, restoredFrom: backup, file, in: scratch)
        if name == "server" { server = node } else { change(name) { $0.node = node } }
    }

    /// Everybody, until nobody has anything new.
    func settle() throws {
        for _ in 0..<2 {
            for name in people.keys.sorted() where people[name]?.role != nil || people[name]?.shares.isEmpty == false {
                try sync(name)
            }
        }
    }

    func prompts(_ name: String) throws -> [String] {
        try self[name].list().items.map(\.name).sorted()
    }

    func orphans(_ name: String) throws -> [OrphanView] { try self[name].orphans(PageRequest(limit: 1_000)).items }

    /// Whether some text is anywhere in the files of somebody's library.
    func holds(_ name: String, _ text: String) throws -> Bool {
        try bytes(name).range(of: Data(text.utf8)) != nil
    }

    /// The files of somebody's library. Read by another process: where this one closes a file, SQLite's locks
    /// on it are gone.
    func bytes(_ name: String) throws -> Data {
        let path = try node(name).path
        let files = ["", "-wal", "-shm", "-journal"].map { path + $0 }
        return try Process.output(
            of: ["cat"] + files.filter { FileManager.default.fileExists(atPath: $0) })
    }

    /// The hashes that a client keeps add up to what the server would tell it.
    func isInStep(_ name: String) throws -> Bool {
        var theirs = HashSum()
        _ = try server.replica.forEachPublished(in: actor(name).view) { theirs.add($1) }
        return try node(name).replica.publishedDigest() == theirs
    }
}

extension Process {
    /// What a command prints.
    static func output(of words: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw ShellFailure(message: words.joined(separator: " ")) }
        return bytes
    }
}
