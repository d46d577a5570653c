import AccessControl
import Changesets
import Foundation
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// Random histories of people whose access changes while they write, offline or not, pass files and lose
/// connections. After each whole sync a node holds just what it may, and what it wrote is somewhere.
@Suite("Scopes: random histories")
struct ScopeHistoryTests {
    /// OFFBOOK_SEEDS=100..<400 runs other seeds than the usual few.
    private static let seeds: Range<UInt64> = {
        let bounds = (ProcessInfo.processInfo.environment["OFFBOOK_SEEDS"] ?? "").components(separatedBy: "..<")
        guard bounds.count == 2, let low = UInt64(bounds[0]), let high = UInt64(bounds[1]), low < high else {
            return 0..<8
        }
        return low..<high
    }()

    @Test("a node holds what it may read, all of it and nothing else, and nothing written is lost", arguments: seeds)
    func hold(seed: UInt64) throws {
        let history = try ScopeHistory(seed: seed)
        for number in 0..<60 {
            try history.step(number)
            #expect(history.failure == nil, "seed \(seed), event \(number)\n\(history.trace.joined(separator: "\n"))")
            if history.failure != nil { return }
        }
        try history.reconcile()
        #expect(history.failure == nil, "seed \(seed), at the end\n\(history.trace.joined(separator: "\n"))")
    }
}

final class ScopeHistory {
    private static let names = ["ann", "bob", "cyd", "vic", "gus"]

    let troupe: Troupe
    private var generator: SeededGenerator
    /// Every text that somebody saved, and who.
    private var saved: [String: String] = [:]
    private var groups: [RowID] = []
    private var projects: [RowID] = []
    private(set) var failure: String?
    private(set) var trace: [String] = []
    /// Files as they were, by whose they are.
    private var backups: [(name: String, path: String)] = []
    private var restored = 0

    init(seed: UInt64) throws {
        generator = SeededGenerator(seed: seed)
        troupe = try Troupe([("ann", .owner), ("bob", .admin), ("cyd", .member), ("vic", .viewer), ("gus", nil)])
        for project in ["red", "blue"] {
            projects.append(try Self.id(troupe["ann"].createProject(project).id))
        }
        try troupe.settle()
    }

    private static func id(_ hex: String) throws -> RowID {
        guard let id = RowID(hex: hex) else { throw ShellFailure(message: "\(hex) is no id") }
        return id
    }

    private func pick<T>(_ all: [T]) -> T? { all.randomElement(using: &generator) }

    private func once(in times: Int) -> Bool { Int.random(in: 0..<times, using: &generator) == 0 }

    // MARK: What happens

    func step(_ number: Int) throws {
        guard let name = pick(Self.names) else { return }
        for person in Self.names { try troupe.node(person).clock.now += 1_000 }
        troupe.server.clock.now += 1_000
        do {
            switch Int.random(in: 0..<22, using: &generator) {
            case 20: try backUp(once(in: 3) ? "server" : name)
            case 21: once(in: 2) ? try restore() : try collect()
            case 0..<4: try create(name, number)
            case 4..<8: try edit(name, number)
            case 8..<11: try arrange(name, number)
            case 11..<14: try changeAccess(name)
            case 14: try passFile(from: name)
            default: try sync(name)
            }
        } catch is LibraryError {
            // Not found, not theirs: what a person would be told.
        }
    }

    private func create(_ name: String, _ number: Int) throws {
        let text = "text-\(number)-of-\(name)-\(generator.next())"
        var prompt = NewPrompt(name: "prompt \(number)", body: text)
        prompt.isPrivate = once(in: 3)
        prompt.project = once(in: 2) ? pick(try troupe[name].projects().items.map(\.name)) : nil
        prompt.tags = once(in: 2) ? ["tag \(number)"] : []
        _ = try troupe[name].create(prompt)
        saved[text] = name
    }

    private func edit(_ name: String, _ number: Int) throws {
        let library = try troupe[name]
        guard let prompt = pick(try library.list().items.map(\.id)) else { return }
        let text = "text-\(number)-of-\(name)-\(generator.next())"
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: try library.rename(prompt, to: "renamed \(number)")
        case 1: try library.tag(prompt, ["tag \(number)"])
        case 2: _ = try library.delete(prompt)
        case 3: try library.favourite(prompt)
        default:
            _ = try library.save(text, from: library.editBase(prompt))
            saved[text] = name
        }
    }

    /// Moves between scopes.
    private func arrange(_ name: String, _ number: Int) throws {
        let library = try troupe[name]
        guard let prompt = pick(try library.list().items.map(\.id)) else { return }
        var change = PromptChange()
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: change.isPrivate = once(in: 2)
        case 1, 2: change.project = once(in: 3) ? "" : pick(try library.projects().items.map(\.name))
        case 3:
            groups.append(try Self.id(library.createGroup("group \(number)", isPrivate: once(in: 2)).id))
            return
        default: return try group(library, prompt)
        }
        if !change.isEmpty { _ = try library.change(prompt, change) }
    }

    private func group(_ library: Library, _ prompt: String) throws {
        guard let group = pick(try library.groups().items.map(\.id)) else { return }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: try library.deleteGroup(group)
        case 1: try library.remove(prompt, fromGroup: group)
        default: try library.place(prompt, in: group, .last)
        }
    }

    private func changeAccess(_ name: String) throws {
        let role = name == "ann" ? .owner : pick([Role?.none, .viewer, .member, .member, .admin]) ?? .member
        let hidden = Set(projects.filter { _ in once(in: 2) })
        let share = pick(groups).map { ($0, once(in: 2) ? Share.edit : .read) }
        let what = Int.random(in: 0..<4, using: &generator)
        trace.append(
            "\(name): \([String(describing: role), "hides \(hidden.count)", "no shares", "shares \(share != nil)"][what])"
        )
        troupe.change(name) { person in
            switch what {
            case 0: person.role = role
            case 1: person.hidden = hidden
            case 2: person.shares = [:]
            default: if let share { person.shares[share.0] = share.1 }
            }
        }
    }

    private func passFile(from name: String) throws {
        guard let other = pick(Self.names), other != name else { return }
        trace.append("a file from \(name) to \(other)")
        _ = try troupe.node(other).replica.join(troupe.node(name).exported())
    }

    private func sync(_ name: String) throws {
        if once(in: 3) {
            var left = Int.random(in: 0..<6, using: &generator)
            let isReplyLost = once(in: 2)
            trace.append("\(name) syncs, and is cut")
            _ = try? troupe.sync(name) {
                left -= 1
                return left >= 0 ? .none : isReplyLost ? .replyLost : .requestLost
            }
            return try checkWritten(name)
        }
        try check(name, troupe.sync(name))
    }

    private func backUp(_ name: String) throws {
        let path = "\(troupe.scratch.path)/backup-\(backups.count).sqlite"
        try (name == "server" ? troupe.server : troupe.node(name)).backUp(to: path)
        backups.append((name, path))
        trace.append("\(name) is backed up")
    }

    /// A machine whose disk broke; who sees that goes on from a backup.
    private func restore() throws {
        guard let (name, path) = pick(backups) else { return }
        restored += 1
        trace.append("\(name) is restored")
        try troupe.restore(name, from: path, as: "restored-\(restored)")
        // What only that disk had is gone; what the server had is with those who may see it.
        saved = try saved.filter { text, author in
            if name != "server" && name != author { return true }
            return try troupe.server.lines("SELECT body FROM versions").contains(text)
                || troupe.node(author).lines("SELECT body FROM versions").contains(text)
        }
    }

    /// A month later.
    private func collect() throws {
        for person in Self.names { try troupe.node(person).clock.now += 31 * 86_400_000 }
        troupe.server.clock.now += 31 * 86_400_000
        let report = try troupe.server.replica.collect()
        trace.append("collected \(report.rows) rows, \(report.waiting) wait")
        try troupe.server.replica.acceptClock()
    }

    // MARK: What must hold

    /// In the end all are members again, and equal.
    func reconcile() throws {
        for name in Self.names {
            troupe.change(name) { person in
                person.role = name == "ann" ? .owner : .member
                person.hidden = []
                person.shares = [:]
            }
        }
        for _ in 0..<2 { for name in Self.names { try check(name, troupe.sync(name)) } }
        for name in Self.names where failure == nil {
            if try !troupe.node(name).replica.examine(deep: true).isEmpty { failure = "\(name)'s file is not sound" }
        }
        if try !troupe.server.replica.examine(deep: true).isEmpty { failure = "the server's file is not sound" }
    }

    private func check(_ name: String, _ summary: SyncSummary) throws {
        guard failure == nil else { return }
        trace.append(
            "\(name) syncs: sent \(summary.sent), received \(summary.received), \(summary.denials.count) denied, \(summary.losses), repaired \(summary.repaired), epoch \(summary.metNewEpoch), anew \(summary.wasBootstrapped), collected \(summary.collected)"
        )
        let view = try troupe.actor(name).view
        var readable: Set<String> = []
        _ = try troupe.server.replica.forEachPublished(in: view) { row, _ in readable.insert(row.row.hex) }
        let held = Set(try troupe.node(name).lines("SELECT lower(hex(id)) FROM row_clocks"))
        let own = Set(
            try troupe.node(name).lines(
                "SELECT lower(hex(id)) FROM users WHERE id = (SELECT user_id FROM replica) UNION "
                    + "SELECT lower(hex(id)) FROM nodes WHERE user_id = (SELECT user_id FROM replica) UNION "
                    + "SELECT lower(hex(workspace_id)) FROM replica"))
        let beyond = held.subtracting(readable).subtracting(own)
        if !beyond.isEmpty { failure = "\(name) holds \(beyond.count) rows that may not be read there: \(beyond)" }
        if !view.isNothing, !readable.isSubset(of: held) {
            failure = "\(name) lacks \(readable.subtracting(held).count) rows that may be read there"
        }
        if !view.isNothing, try !troupe.isInStep(name) { failure = "\(name)'s digest is not the server's" }
        if summary.lostAccess != view.isNothing { failure = "\(name) was not told whether they are a member" }
        try checkTexts(name, view)
        try checkWritten(name)
    }

    /// No byte of a text that may not be read, but with the orphans.
    private func checkTexts(_ name: String, _ view: ReadView) throws {
        let mine = Set(try troupe.orphans(name).compactMap { $0.values["body"] ?? nil })
        let held = Set(try troupe.node(name).lines("SELECT body FROM versions"))
        let bytes = try troupe.bytes(name)
        for text in saved.keys where !mine.contains(text) && !held.contains(text) {
            if bytes.range(of: Data(text.utf8)) != nil { failure = "\(name)'s files still have \(text)" }
        }
    }

    /// What somebody saved is in their library, with their orphans, or on the server.
    private func checkWritten(_ name: String) throws {
        guard failure == nil else { return }
        let bodies = Set(try troupe.node(name).lines("SELECT body FROM versions"))
        let published = Set(try troupe.server.lines("SELECT body FROM versions"))
        let orphans = Set(try troupe.orphans(name).compactMap { $0.values["body"] ?? nil })
        for (text, author) in saved where author == name {
            if !bodies.contains(text), !published.contains(text), !orphans.contains(text) {
                failure = "\(text) is lost; \(bodies.count) here"
            }
        }
    }
}

extension Node {
    /// What the plain sqlite3 shell answers, a line a row.
    func lines(_ sql: String) throws -> [String] {
        let output = try Process.output(of: ["sqlite3", "-readonly", "-cmd", ".timeout 10000", path, sql])
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
