import FoundationEssentials
import Policies

/// A file of cases, one a line: fields with tabs between them. `#` begins a comment. A broken bar is left out, and ⏎ is
/// a new line.
enum Table {
    static func read(_ name: String) throws -> [[String]] {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let text = String(decoding: try Data(contentsOf: URL(filePath: "/\(folder)/Tables/\(name).txt")), as: UTF8.self)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            line.replacing("¦", with: "").replacing("⏎", with: "\n").split(
                separator: "\t", omittingEmptySubsequences: false
            )
            .map(String.init)
        }
    }
}

/// How many of the cases came out right, by kind.
struct Rates {
    private(set) var found: [String: Int] = [:]
    private(set) var all: [String: Int] = [:]
    /// Findings that are not of the kind that a case has, in cases with something and without.
    private(set) var wrong: [String: Int] = [:]
    private(set) var faults: [String] = []

    var recalled: Int { found.values.reduce(0, +) }
    var falsePositives: Int { wrong.values.reduce(0, +) }
    var positives: Int { all.values.reduce(0, +) }

    mutating func positive(_ kind: String, _ text: String, _ findings: [Finding]) {
        all[kind, default: 0] += 1
        if findings.contains(where: { $0.kind == kind }) {
            found[kind, default: 0] += 1
        } else {
            faults.append("missed \(kind): \(text)")
        }
        for other in Set(findings.map(\.kind)) where other != kind { add(other, "beside \(kind): \(text)") }
    }

    mutating func negative(_ text: String, _ findings: [Finding]) {
        for kind in Set(findings.map(\.kind)) { add(kind, text) }
    }

    private mutating func add(_ kind: String, _ text: String) {
        wrong[kind, default: 0] += 1
        faults.append("wrongly \(kind): \(text)")
    }

    func report(_ title: String) -> String {
        let lines = Set(all.keys).union(wrong.keys).sorted().map { kind in
            let (right, total, bad) = (found[kind] ?? 0, all[kind] ?? 0, wrong[kind] ?? 0)
            return "  \(kind): recall \(right)/\(total), precision \(right)/\(right + bad)"
        }
        return ([title] + lines + faults.map { "  ! " + $0 }).joined(separator: "\n")
    }
}
