import FoundationEssentials
import Glibc

extension Measurement {
    /// The size of the executable without its symbols, and what takes most of it: by the sections of the file, and by
    /// the names of the symbols where it has them.
    static let binary = Measurement("binary") { bench in
        for tool in ["strip", "size", "nm"] { try Program.require(tool) }
        let stripped = bench.newPath()
        try Program("strip", ["-o", stripped, bench.offbook]).run()
        var status = stat()
        guard stat(stripped, &status) == 0 else { throw BenchError("\(stripped) is gone") }
        let sections = try Program("size", ["-A", "-d", bench.offbook]).output(by: stripped + ".sections")
        let symbols = try Program("nm", ["-S", "--defined-only", bench.offbook]).output(by: stripped + ".symbols")
        let size = Samples([Double(status.st_size) / 1e6])
        return Findings(
            figures: [Figure("binary", "the executable, stripped", .megabytes, ours: size, bar: .ours(atMost: 110))],
            tables: [
                BinaryParts.table("The sections of the executable.", BinaryParts.sections(sections)),
                BinaryParts.table("What its symbols are of, where they say.", BinaryParts.modules(symbols)),
            ])
    }
}

/// The larger parts of an executable, in bytes.
enum BinaryParts {
    private static let bytesMin = 500_000

    static func table(_ title: String, _ parts: [String: Int]) -> TextTable {
        let large = parts.filter { $0.value >= bytesMin }.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        let rest = parts.values.reduce(0, +) - large.reduce(0) { $0 + $1.value }
        let lines = (large.map { ($0.key, $0.value) } + [("the others", rest)])
            .map { [$0.0, Digits.text(Double($0.1) / 1e6)] }
        return TextTable(title: title, head: ["PART", "MB"], lines: lines)
    }

    /// Of what `size -A` prints, what is in memory as it is in the file.
    static func sections(_ text: String) -> [String: Int] {
        var parts: [String: Int] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let bytes = Int(words[1]), let address = Int(words[2]), address > 0 else {
                continue
            }
            parts[String(words[0])] = bytes
        }
        return parts
    }

    /// Of what `nm -S` prints.
    static func modules(_ text: String) -> [String: Int] {
        var parts: [String: Int] = [:]
        // Several names may be of one place.
        var places: Set<Substring> = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3)
            guard words.count == 4, !["b", "B"].contains(words[2]), let bytes = Int(words[1], radix: 16),
                places.insert(words[0]).inserted
            else { continue }
            parts[module(of: words[3]), default: 0] += bytes
        }
        return parts
    }

    private static let beginnings = [
        ("icudt", "ICU's data, of Foundation"), ("_ZN6icu_", "ICU's code, of Foundation"),
        ("_ZNK6icu_", "ICU's code, of Foundation"), ("swift_u", "ICU's code, of Foundation"),
        ("CNIOBoringSSL", "BoringSSL, of swift-nio-ssl and swift-crypto"),
        ("CCryptoBoringSSL", "BoringSSL, of swift-nio-ssl and swift-crypto"),
        ("_ZN4bssl", "BoringSSL, of swift-nio-ssl and swift-crypto"), ("_ZN5swift", "Swift's runtime"),
    ]

    /// What a symbol is of: a Swift module by its mangled name, or a library by how its names begin.
    static func module(of symbol: Substring) -> String {
        guard symbol.hasPrefix("$s") else {
            return beginnings.first { symbol.hasPrefix($0.0) }?.1 ?? "C, C++ and what has no Swift name"
        }
        let mangled = symbol.dropFirst(2)
        let digits = mangled.prefix { $0.isNumber }
        guard let length = Int(digits), length > 0 else { return "Swift, the standard library and instances of it" }
        return String(mangled.dropFirst(digits.count).prefix(length))
    }
}
