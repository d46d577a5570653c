import Foundation
import Testing

/// Nodes that meet by changeset files alone.
@Suite struct FileExchangeTests {
    private let work = OfflineWork(shared: 12, edits: 24)

    /// Two nodes with one library, each with its work done, that have never met a server.
    private func workedApart(in scratch: Scratch) throws -> (left: Node, right: Node, start: String) {
        let left = Node("left", in: scratch)
        let right = Node("right", in: scratch)
        try work.prepare(left)
        let start = scratch.path + "/start.offbook"
        try left.run("export", start)
        try right.run("import", start)
        try right.sql("UPDATE nodes SET name = 'right' WHERE id = (SELECT replica_id FROM replica)")
        try work.perform(.left, on: left)
        try work.perform(.right, on: right)
        return (left, right, start)
    }

    /// Who exports, and who imports; `again` imports the file of the step named a second time.
    enum Step: CaseIterable {
        case leftToRight
        case rightToLeft
        case lastFileAgain
    }

    static let orders: [[Step]] = [
        [.leftToRight, .lastFileAgain, .rightToLeft],
        [.leftToRight, .rightToLeft, .lastFileAgain],
        [.rightToLeft, .lastFileAgain, .leftToRight],
        [.rightToLeft, .leftToRight, .lastFileAgain],
    ]

    @Test("One after the other, in every order, one file twice", arguments: orders)
    func oneAfterTheOther(_ order: [Step]) throws {
        let scratch = try Scratch()
        let (left, right, _) = try workedApart(in: scratch)
        var last: (file: String, reader: Node)?
        for (place, step) in order.enumerated() {
            let (writer, reader) = step == .leftToRight ? (left, right) : (right, left)
            if step != .lastFileAgain {
                last = (scratch.path + "/\(place).offbook", reader)
                try writer.run("export", last?.file ?? "")
            }
            guard let last else { throw Complaint("there is no file yet") }
            let report = try last.reader.json("import", last.file)
            #expect(report["rejected"] == .array([]))
            #expect((report["changed"].int == 0) == (step == .lastFileAgain), "\(report)")
        }
        try work.expectOutcome(on: left, right)
    }

    @Test("Files written before either side read one, and new nodes that read them in every order")
    func crossing() throws {
        let scratch = try Scratch()
        let (left, right, start) = try workedApart(in: scratch)
        let files = [start, scratch.path + "/left.offbook", scratch.path + "/right.offbook"]
        try left.run("export", files[1])
        try right.run("export", files[2])
        try left.run("import", files[2])
        try right.run("import", files[1])
        try work.expectOutcome(on: left, right)
        let digest = try left.digest()

        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
        for (number, order) in orders.enumerated() {
            let node = Node("reader\(number)", in: scratch)
            // The first of them comes once more at the end.
            for place in order + [order[0]] { try node.run("import", files[place]) }
            #expect(try node.digest() == digest, "after \(order)")
            #expect(try work.journal(of: node) == work.journal(of: left), "after \(order)")
        }
    }

    @Test("An export of what is new since the last one is enough, and is empty where nothing is")
    func incrementalFiles() throws {
        let scratch = try Scratch()
        let left = Node("left", in: scratch)
        let right = Node("right", in: scratch)
        try left.run("new", "first", "--body", "one")
        let whole = try left.json("export", scratch.path + "/whole")
        try right.run("import", scratch.path + "/whole")
        try left.run("new", "second", "--body", "two")
        try left.run("edit", "first", "--body", "one, edited")

        let position = String(try #require(whole["position"].int))
        let news = try left.json("export", scratch.path + "/news", "--since", position)
        #expect(try #require(news["rows"].int) < #require(left.json("export", scratch.path + "/all")["rows"].int))
        try right.run("import", scratch.path + "/news")
        #expect(try right.digest() == left.digest())
        #expect(try right.run("show", "first").output == "one, edited")

        let later = String(try #require(news["position"].int))
        let none = try left.json("export", scratch.path + "/none", "--since", later)
        #expect(none["rows"].int == 0)
        #expect(try right.json("import", scratch.path + "/none")["changed"].int == 0)
    }

    @Test("Export to a pipe and import from one")
    func pipes() throws {
        let scratch = try Scratch()
        let left = Node("left", in: scratch)
        let right = Node("right", in: scratch)
        try left.run("new", "piped", "--body", "through a pipe")
        try left.script("offbook export - | offbook import - --data \(quoted(right.data))")
        #expect(try right.digest() == left.digest())
        #expect(try right.run("show", "piped").output == "through a pipe")
    }
}
