import ArgumentParser
import PromptLibrary

extension PoliciesCommand {
    struct Violations: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "violations", abstract: "List what went against policies, the newest first.",
            discussion: """
                Your own; all of the workspace for its admins.

                  offbook policies violations --status open --since 7d
                  offbook policies violations --policy privacy --prompt greeting --json
                """)

        @Option(help: .policy) var policy: String?
        @Option(help: .prompt) var prompt: String?
        @Option(help: "What was made of it.") var status: ViolationStatus?
        @Option(help: ArgumentHelp("Only those since: 2026-11-20, 12h, 7d.", valueName: "time")) var since: String?
        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let query = ViolationQuery(policy: policy, prompt: prompt, status: status, since: since)
            let listing = try options.library().violations(query, page.request)
            if options.json { return try JSONOutput.print(listing) }
            if listing.items.isEmpty { return Console.error("There are no violations.") }
            var table = Table(
                "VIOLATION", "WHEN", "STATUS", "SEVERITY", "ACTION", "USER", "MESSAGE", giving: ["MESSAGE", "USER"],
                dropping: ["USER", "ACTION", "SEVERITY"])
            for item in listing.items {
                table.add(
                    item.shortID, Moment.text(item.occurredAt), item.status, item.severity, item.action,
                    item.user ?? "", item.message)
            }
            table.print()
            if let next = listing.next { Console.error("More with: --cursor \(next)") }
        }
    }

    struct OneViolation: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "violation", abstract: "Show a violation.",
            discussion: "  offbook policies violation 1a2b3c4d")

        @Argument(help: .violation) var violation: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let view = try options.library().violation(violation)
            if options.json { return try JSONOutput.print(view) }
            var table = Table("FIELD", "VALUE")
            for (field, value) in view.particulars where !value.isEmpty { table.add(field, value) }
            table.print()
        }
    }

    struct Triage: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "triage", abstract: "Say what becomes of a violation.",
            discussion: """
                Admins may.

                  offbook policies triage 1a2b3c4d false_positive --notes 'Our own address.'
                """)

        @Argument(help: .violation) var violation: String
        @Argument(help: "What is made of it.") var status: ViolationStatus
        @Option(parsing: .unconditional, help: "Why, for whoever reads it later.") var notes: String?
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let view = try options.library().triage(violation, status, notes: notes)
            if options.json { return try JSONOutput.print(view) }
            Console.print("The violation \(view.shortID) is \(view.status.replacing("_", with: " ")).")
        }
    }
}

extension ViolationView {
    /// What people see of its id.
    fileprivate var shortID: String { String(id.suffix(8)) }

    fileprivate var particulars: [(String, String)] {
        let resolved = [Moment.text(resolvedAt), resolvedBy.map { "by \($0)" } ?? ""].filter { !$0.isEmpty }
        return [
            ("violation", id), ("policy", policy ?? policyID), ("message", message), ("when", Moment.text(occurredAt)),
            ("kind", kind), ("side", side ?? ""), ("found", found), ("findings", "\(findings)"),
            ("confidence", confidence.map { "\($0)" } ?? ""), ("measured", measured.map { "\($0)" } ?? ""),
            ("threshold", threshold.map { "\($0)" } ?? ""), ("severity", severity), ("action", action),
            ("user", user ?? userID ?? ""), ("prompt", promptID ?? ""), ("request", requestID), ("status", status),
            ("notes", notes), ("resolved", resolved.joined(separator: " ")),
        ]
    }
}

extension ViolationStatus: ExpressibleByArgument {}

extension ArgumentHelp {
    fileprivate static let violation = ArgumentHelp(
        "Its id, or digits that it begins or ends with.", valueName: "violation")
}
