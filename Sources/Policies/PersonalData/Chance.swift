#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Tells what was drawn by chance from what somebody made up to stand in its place.
enum Chance {
    /// Shannon's entropy, in bits for each byte. Words of a language have about 2.5 to 3.5 by this measure, which only
    /// knows the text itself; 20 random letters and digits have about 4.
    static func entropy(_ bytes: some Collection<UInt8>) -> Double {
        var counts = [Int](repeating: 0, count: 256)
        for byte in bytes { counts[Int(byte)] += 1 }
        let total = Double(bytes.count)
        return counts.reduce(0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / total
            return sum - share * log2(share)
        }
    }

    /// For a token of twenty characters and more.
    static func isLikely(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.filter(ASCII.isDigit).count >= 2 && bytes.contains(where: ASCII.isLetter)
            && entropy(bytes) >= 3 && !isPlaceholder(Array(bytes))
    }

    /// Nil for what is a word, a placeholder or a piece of a program.
    static func confidence(password bytes: [UInt8]) -> Double? {
        let isMixed = bytes.contains(where: ASCII.isDigit) && bytes.contains(where: ASCII.isLetter)
        guard isMixed, !isPlaceholder(bytes), !isPlace(bytes), entropy(bytes) >= 2.5 else { return nil }
        return entropy(bytes) >= 3.2 ? 0.9 : 0.6
    }

    private static let placeholders = [
        "your", "example", "changeme", "change_me", "placeholder", "xxxx", "****", "dummy", "redacted", "insert",
        "process.env", "os.environ", "getenv", "....", "${", "{{", "<",
    ].map { Array($0.utf8) }

    private static let words: Set<String> = [
        "password", "passwd", "pass", "secret", "token", "user", "username", "admin", "test", "root", "postgres",
    ]

    static func isPlaceholder(_ bytes: [UInt8]) -> Bool {
        let lower = bytes.map(ASCII.lowercased)
        if let first = lower.first, [UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "{")].contains(first) {
            return lower.dropFirst().allSatisfy { ASCII.isAlphanumeric($0) || "_{}%".utf8.contains($0) }
        }
        return words.contains(String(decoding: lower, as: UTF8.self))
            || placeholders.contains { ASCII.contains(lower, $0) }
    }

    /// A path or an address.
    private static func isPlace(_ bytes: [UInt8]) -> Bool {
        bytes.first == UInt8(ascii: "/") || ASCII.contains(bytes, "://".utf8)
    }
}
