import Testing

/// As SQLite's `hex` gives it.
func hex(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return String(text.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}

/// What has to be so on both nodes once they have met.
extension OfflineWork {
    func expectOutcome(on left: Node, _ right: Node) throws {
        #expect(try left.digest() == right.digest())
        for node in [left, right] {
            try expectDivergences(on: node)
            try expectEditsOfOneSide(on: node)
            try expectRevivals(on: node)
            try expectFields(on: node)
            try expectGroup(on: node)
            try expectExplanations(on: node)
        }
        #expect(try journal(of: left) == journal(of: right))
        #expect(try entryOrder(on: left) == entryOrder(on: right))
    }

    /// Exactly the prompts that both edited have diverged, and both texts can be read.
    private func expectDivergences(on node: Node) throws {
        let branches = try node.items("branches")
        let diverged = branches.filter { $0["kind"].string == "divergence" }
        #expect(diverged.count == shared, "on \(node.name)")
        #expect(Set(diverged.strings("prompt")) == Set((0..<shared).map { "p\($0)" }), "on \(node.name)")
        let reads = branches.map { branch in
            "offbook show \(branch["prompt_id"].string ?? "?") --version \(branch["head"].string ?? "?"); printf '\\0'"
        }
        let texts = try node.script(reads.joined(separator: "\n")).split(separator: "\0").map(String.init)
        let expected = (0..<shared).flatMap { [edited($0, by: .left), edited($0, by: .right)] }
        #expect(texts.sorted() == expected.sorted(), "on \(node.name)")
    }

    /// What one side edited and the other left alone is simply there, and has not diverged.
    private func expectEditsOfOneSide(on node: Node) throws {
        for side in [Side.left, .right] {
            let numbers = first(of: side)..<first(of: side) + own
            let bodies = try node.sql(
                """
                SELECT hex(v.body) FROM prompts p JOIN tips t ON t.prompt_id = p.id JOIN versions v ON v.id = t.version_id
                WHERE p.name IN (\(numbers.map { "'p\($0)'" }.joined(separator: ",")))
                """
            ).split(separator: "\n").map(String.init)
            #expect(bodies.sorted() == numbers.map { hex(edited($0, by: side)) }.sorted(), "on \(node.name)")
        }
    }

    /// Edited here and deleted there: it is present, with its edit, and the delete is in the journal.
    private func expectRevivals(on node: Node) throws {
        let journal = try node.items("conflicts").filter { $0["kind"].string == "delete" }
        var expected: Set<String> = []
        for side in [Side.left, .right] {
            expected.formUnion((first(of: side)..<first(of: side) + deletedPerSide).map { "p\($0)" })
        }
        #expect(Set(journal.strings("prompt")) == expected, "on \(node.name)")
        #expect(journal.count == expected.count, "on \(node.name)")
        for side in [Side.left, .right] {
            let number = first(of: side)
            #expect(try node.run("show", "p\(number)").output == edited(number, by: side))
            let why = try node.items("why", "p\(number)").filter { $0["kind"].string == "delete" }
            let deleter = side == .left ? Side.right : .left
            #expect(why.strings("lost_by") == [deleter.rawValue], "on \(node.name)")
            #expect(why.strings("current_by") == [side.rawValue], "whose edit stands, on \(node.name)")
        }
        #expect(try node.items("list", "--deleted").strings("name") == ["p\(untouched + 8)"], "on \(node.name)")
    }

    /// Changes to different fields, or to different tags, both stand.
    private func expectFields(on node: Node) throws {
        let renamed = try node.json("show", "renamed")["prompt"]
        #expect(renamed["is_archived"].bool == true, "on \(node.name)")
        let tags = { (number: Int) in
            try node.json("show", "p\(number)")["prompt"]["tags"].array?.compactMap(\.string).sorted()
        }
        #expect(try tags(untouched + 1) == ["left", "right", "seed"], "on \(node.name)")
        #expect(try tags(untouched + 7) == ["another"], "on \(node.name)")
        #expect(try node.count("favourites") == 2, "on \(node.name)")
    }

    /// The order is one that either side could have meant: it is the same on both, and holds everything.
    private func expectGroup(on node: Node) throws {
        let names = try node.items("group", "show", "reading").strings("prompt")
        let expected = (0..<5).map { "p\($0)" } + ["p\(untouched + 4)", "p\(untouched + 5)"]
        #expect(names.sorted() == expected.sorted(), "on \(node.name)")
        #expect(names.first == "p4", "which only one side moved, on \(node.name)")
    }

    private func entryOrder(on node: Node) throws -> [String] {
        try node.items("group", "show", "reading").strings("prompt")
    }

    /// The journal's rows, but for nothing in them.
    func journal(of node: Node) throws -> String {
        try node.sql(
            """
            SELECT hex(id), table_name, hex(row_id), column_name, hlc, hex(replica), seq, quote(value)
            FROM conflicts ORDER BY id
            """)
    }

    /// Both renamed one prompt: a name stands, and `why` has the other with its writer.
    private func expectExplanations(on node: Node) throws {
        let id = try node.sql("SELECT lower(hex(id)) FROM prompts WHERE name IN ('by left', 'by right')")
        let stands = try node.json("show", id)["prompt"]["name"].string ?? ""
        let why = try node.items("why", id).filter { $0["field"].string == "name" }
        try #require(why.count == 1, "on \(node.name)")
        let lost = stands == "by left" ? "right" : "left"
        #expect(why[0]["kind"].string == "value")
        #expect(why[0]["lost_value"].string == "by \(lost)")
        #expect(why[0]["lost_by"].string == lost)
        #expect(why[0]["current_value"].string == stands)
        #expect(why[0]["current_by"].string == (lost == "left" ? "right" : "left"))
        #expect((why[0]["lost_at"].int ?? 0) > 0 && (why[0]["current_at"].int ?? 0) >= (why[0]["lost_at"].int ?? 0))
        let text = try node.run("why", id).output
        #expect(text.contains("by left") && text.contains("by right"))
        // p0's place in the group, which both moved, has lost one of its values as well.
        let rank = try node.items("conflicts").filter { $0["field"].string == "rank" }
        #expect(rank.count == 1, "on \(node.name)")
    }
}
