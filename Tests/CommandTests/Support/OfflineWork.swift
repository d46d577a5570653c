import Foundation

/// What two nodes do to one library while neither hears of the other: everything that can be done to
/// a prompt, and each kind of disagreement.
///
/// Prompts are `p0`, `p1`, …, made on the first node. Both edit the first `shared` of them; then each
/// edits some of its own until `edits` are done.
struct OfflineWork {
    let shared: Int
    let edits: Int

    var own: Int { edits - shared }
    var prompts: Int { shared + 2 * own + 10 }
    /// First of the prompts that only this node edits.
    func first(of side: Side) -> Int { side == .left ? shared : shared + own }
    /// Edited by nobody.
    var untouched: Int { shared + 2 * own }

    enum Side: String { case left, right }

    /// Prompts that the other side deletes while this one edits them.
    let deletedPerSide = 4

    func original(_ number: Int) -> String { "First line of \(number).\nSecond line of \(number).\nThird line.\n" }

    func edited(_ number: Int, by side: Side) -> String {
        "First line of \(number).\nSecond line of \(number), as \(side.rawValue) would have it.\nThird line.\n"
    }

    /// Fills the node on which all begins.
    func prepare(_ node: Node) throws {
        let prompts = (0..<prompts).map { number in
            ["name": "p\(number)", "body": original(number), "tags": ["seed"]] as [String: Any]
        }
        let file = node.scratch.path + "/seed.json"
        try JSONSerialization.data(withJSONObject: prompts).write(to: URL(filePath: file))
        try node.run("init", "--name", "Team", "--node", node.name)
        try node.run("import", file)
        try node.script(
            """
            offbook group create reading >"$DATA.log"
            for i in 0 1 2 3 4; do offbook group add reading "p$i" >"$DATA.log"; done
            """)
    }

    /// Everything that one side does while it is alone.
    func perform(_ side: Side, on node: Node) throws {
        try node.script(edits(of: side) + "\n" + changes(of: side))
    }

    private func edits(of side: Side) -> String {
        """
        for i in $(seq 0 \(shared - 1)) $(seq \(first(of: side)) \(first(of: side) + own - 1)); do
            printf 'First line of %s.\\nSecond line of %s, as \(side.rawValue) would have it.\\nThird line.\\n' $i $i |
                offbook edit "p$i" --body-file - >"$DATA.log"
        done
        """
    }

    private func changes(of side: Side) -> String {
        let u = untouched
        let other = first(of: side == .left ? .right : .left)
        let common = """
            offbook rename p\(u) 'by \(side.rawValue)'
            offbook tag p\(u + 1) \(side.rawValue)
            offbook fav p\(u + (side == .left ? 2 : 3))
            offbook group add reading p\(u + (side == .left ? 4 : 5))
            for i in $(seq \(other) \(other + deletedPerSide - 1)); do offbook delete "p$i"; done
            """
        let apart =
            switch side {
            case .left:
                """
                offbook rename p\(u + 6) renamed
                offbook untag p\(u + 7) seed
                offbook delete p\(u + 8)
                offbook group move reading p0 --last
                """
            case .right:
                """
                offbook archive p\(u + 6)
                offbook tag p\(u + 7) another
                offbook group move reading p0 --after p2
                offbook group move reading p4 --first
                """
            }
        return "{\n\(common)\n\(apart)\n} >\"$DATA.log\""
    }
}
