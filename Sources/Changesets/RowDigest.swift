internal import Crypto

/// The digest of a set of rows: the sum of their SHA-256 hashes as 256-bit numbers, so that the
/// order of reading does not matter and a row can be added or taken away by itself.
package struct RowDigest: Hashable, Sendable, CustomStringConvertible {
    private var words: [UInt64] = [0, 0, 0, 0]

    package init() {}

    package mutating func add(table: String, id: RowID, values: some Collection<Value>) {
        var hasher = SHA256()
        for field in [Array(table.utf8), id.bytes] + values.map(\.canonicalBytes) {
            hasher.update(data: bigEndianBytes(UInt64(field.count)))
            hasher.update(data: field)
        }
        add(RowID(digest: hasher.finalize()))
    }

    private mutating func add(_ hash: RowID) {
        var carry: UInt64 = 0
        for (place, word) in [(3, hash.words.3), (2, hash.words.2), (1, hash.words.1), (0, hash.words.0)] {
            let (partial, first) = words[place].addingReportingOverflow(word)
            let (sum, second) = partial.addingReportingOverflow(carry)
            words[place] = sum
            carry = first || second ? 1 : 0
        }
    }

    /// 64 hexadecimal digits.
    package var description: String { hexadecimal(words.flatMap(bigEndianBytes)) }
}
