import Changesets
import GRDB
import PromptLibrary
import ReplicaStore

extension Measurement {
    /// Searching in process for two words of some prompt, against a plain FTS5 table of the same texts that gives as
    /// many ids, best first. Each sample is the median of many searches.
    static let search = Measurement("search") { bench in
        let library = try SearchedLibrary(bench)
        // The frequent words of the vocabulary are short, as those of a language are.
        let rare = library.searches("search", "two longer words", wordBytesMin: 7, .ours(atMost: 5))
        let any = library.searches("search.frequent", "any two words, some of which most texts have", wordBytesMin: 1)
        for searches in [rare, any] { try await bench.rounds(searches.plainly, searches.ours) }
        try library.close()
        return [rare.figure, any.figure]
    }
}

/// Many prompts in a library, and their texts in a plain table.
private struct SearchedLibrary {
    let bench: Workbench
    let replica: Replica
    let plain: DatabaseQueue

    init(_ bench: Workbench) throws {
        self.bench = bench
        replica = try bench.newDataDirectory().replica
        try replica.fill(bench.batches)
        // The first search makes the index.
        _ = try Library(replica).search("first")
        plain = try DatabaseQueue(path: bench.newPath())
        try plain.write { database in
            try database.execute(sql: "CREATE VIRTUAL TABLE texts USING fts5(name, body)")
            let insert = try database.makeStatement(sql: "INSERT INTO texts VALUES (?, ?)")
            for row in bench.rows { try insert.execute(arguments: [row.name, row.description]) }
        }
    }

    func searches(_ name: String, _ what: String, wordBytesMin: Int, _ bar: Bar? = nil) -> Searches {
        var dice = SplitMix64(state: 9)
        let queries = (0..<Searches.count).map { _ in
            let words = bench.rows[Int.random(in: 0..<bench.rows.count, using: &dice)].description
                .split(separator: " ").filter { $0.utf8.count >= wordBytesMin }
            return Searches.Query(
                first: String(words.randomElement(using: &dice) ?? ""),
                second: String(words.randomElement(using: &dice) ?? ""))
        }
        return Searches(library: self, name: name, what: what, bar: bar, queries: queries)
    }

    func close() throws {
        try replica.close()
        try plain.close()
    }
}

private struct Searches {
    struct Query {
        let first: String
        let second: String
    }

    static let count = 100
    private static let hits = 21

    let library: SearchedLibrary
    let name: String
    let what: String
    let bar: Bar?
    let queries: [Query]
    private let mine = Samples()
    private let theirs = Samples()

    init(library: SearchedLibrary, name: String, what: String, bar: Bar?, queries: [Query]) {
        (self.library, self.name, self.what, self.bar, self.queries) = (library, name, what, bar, queries)
    }

    func ours() throws {
        let library = Library(library.replica)
        try note(mine) { query in
            guard try !library.search("\(query.first) \(query.second)").items.isEmpty else {
                throw BenchError("nothing was found of \(query)")
            }
        }
    }

    /// As Offbook does, it takes the last word for the beginning of one.
    func plainly() throws {
        let sql = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY bm25(texts) LIMIT \(Self.hits)"
        try note(theirs) { query in
            let match = "\"\(query.first)\" AND \"\(query.second)\"*"
            _ = try library.plain.read { try Int64.fetchAll($0.cachedStatement(sql: sql), arguments: [match]) }
        }
    }

    private func note(_ samples: Samples, _ search: (Query) throws -> Void) throws {
        let each = Samples()
        for query in queries { try each.time { try search(query) } }
        samples.note(each.median)
    }

    var figure: Figure {
        let meaning = "p50 of searches for \(what) in \(library.bench.rows.count) prompts, to plain FTS5"
        return Figure(name, meaning, ours: mine, peer: theirs, bar: bar)
    }
}
