import Changesets
import Foundation

/// Files whose one page was damaged before it was compressed, so that most of it still makes sense.
struct DamagedPages {
    private var generator: SeededGenerator
    private let count: Int

    init(seed: UInt64, count: Int) {
        generator = SeededGenerator(seed: seed)
        self.count = count
    }

    /// Writes the files, and beside each that is read what is in it.
    ///
    /// - Returns: how many are read.
    mutating func write(to folder: URL) throws -> Int {
        var taken = 0
        for number in 0..<count {
            let bytes = try VectorMaker.file(page: Zlib.deflated(damaged(page(number))))
            let file = folder.appending(component: "\(number).offbook")
            try Data(bytes).write(to: file)
            guard let text = try? VectorText.of(ChangesetFile(bytes)) else { continue }
            try Data(text.utf8).write(to: file.deletingPathExtension().appendingPathExtension("txt"))
            taken += 1
        }
        return taken
    }

    private mutating func page(_ number: Int) throws -> [UInt8] {
        let states = RowHistory(replicas: 3, seed: UInt64(number), steps: 8).seen
        let batch = RowBatch(table: "things", columns: ["name", "colour", "first", "made"], rows: states)
        return try Zlib.inflated(ChangesetPage(batches: [batch]).encoded()[...], atMost: 1 << 20)
    }

    /// One to three bytes changed, removed or put in.
    private mutating func damaged(_ page: [UInt8]) -> [UInt8] {
        var page = page
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !page.isEmpty {
            let place = Int.random(in: 0..<page.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: page.remove(at: place)
            case 1: page.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 2: page[place] &+= 1
            default: page[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
        }
        return page
    }
}
