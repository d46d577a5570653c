import ArgumentParser
import Policies
import PromptLibrary

extension PoliciesCommand {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Say what a policy would find in a text.",
            discussion: """
                Nothing is sent anywhere, and nothing is written down. The exit code is 1 where something is found.

                  offbook policies check privacy 'Write to ada@example.org.'
                  offbook render greeting --var name=Ada | offbook policies check privacy --side input
                """)

        @Argument(help: .policy) var policy: String
        @Argument(help: "The text; - or nothing for standard input.") var text: String?
        @Option(help: "Take it for what goes to a model, or for what comes from it; else for what the policy looks at.")
        var side: PolicySide?
        @OptionGroup var options: LibraryOptions

        func validate() throws {
            if text == nil, Console.isInputTerminal {
                throw ValidationError("Give a text, or one on standard input.")
            }
        }

        func run() throws {
            let library = try options.library()
            let given = text == "-" ? nil : text
            let text = try given ?? InputFile.text("-")
            let reports = try library.findings(of: policy, in: text, side: side).map { FindingReport($0, in: text) }
            if options.json { try JSONOutput.print(Listing(items: reports)) } else { Self.print(reports) }
            guard reports.isEmpty else { throw ExitCode(ExitStatus.failure.rawValue) }
        }

        private static func print(_ reports: [FindingReport]) {
            guard !reports.isEmpty else { return Console.error("Nothing is found.") }
            var table = Table("KIND", "PLACE", "FOUND", "CONFIDENCE", giving: ["FOUND"])
            for report in reports { table.add(report.kind, report.placeText, report.foundText, "\(report.confidence)") }
            table.print()
        }
    }
}

/// A finding, and where people see it.
struct FindingReport: Encodable {
    var kind: String
    /// Masked.
    var found: String
    var confidence: Double
    /// From 1, as `column`; nil for what has no place.
    var line: Int?
    /// In characters.
    var column: Int?
    var measured: Double?
    var threshold: Double?

    init(_ finding: Finding, in text: String) {
        (kind, found, confidence) = (finding.kind, finding.masked, finding.confidence)
        (measured, threshold) = (finding.measured, finding.threshold)
        guard let range = finding.range else { return }
        let before = text.utf8.prefix(range.lowerBound)
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { before.index(after: $0) } ?? before.startIndex
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        column = String(decoding: before[start...], as: UTF8.self).count + 1
    }

    fileprivate var placeText: String {
        guard let line, let column else { return "" }
        return "\(line):\(column)"
    }

    fileprivate var foundText: String {
        guard let measured, let threshold else { return found }
        return "\(Int64(measured)), and \(Int64(threshold)) is the limit"
    }
}
