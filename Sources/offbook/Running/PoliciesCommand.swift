import ArgumentParser
import Policies
import PromptLibrary
import PromptTemplates

struct PoliciesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policies", abstract: "What may go to a model, and come from it.",
        discussion: """
            They are the workspace's, for its admins to set, and travel with it. One of kind pii looks for
            what tells of people, and for keys and passwords; of kind toxicity for threats and insults; of
            kind custom for what its rules say. Of kind cost and latency it measures each call. What goes
            against one is written down, with most of it masked: you see your own, and admins all.

              offbook policies add privacy --kind pii --find email,secret --action block
              offbook policies check privacy 'Write to ada@example.org.'
              offbook policies violations --status open
            """,
        subcommands: [
            List.self, Show.self, Add.self, Edit.self, Remove.self, Check.self, Violations.self, OneViolation.self,
            Triage.self,
        ],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the workspace's policies.", discussion: "  offbook policies list")

        @OptionGroup var page: PageOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let listing = try options.library().policies(page.request)
            if options.json { return try JSONOutput.print(listing) }
            if listing.items.isEmpty {
                return Console.error("There are no policies; see: offbook policies add --help")
            }
            var table = Table(
                "NAME", "KIND", "ACTION", "SEVERITY", "PROJECT", "STATE", "DESCRIPTION",
                giving: ["NAME", "DESCRIPTION"], dropping: ["SEVERITY", "DESCRIPTION"])
            for policy in listing.items {
                table.add(
                    policy.name, policy.kind, policy.action, policy.severity, policy.projectText, policy.stateText,
                    policy.description)
            }
            table.print()
            if let next = listing.next { Console.error("More with: --cursor \(next)") }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a policy, with its rules.",
            discussion: "  offbook policies show privacy")

        @Argument(help: .policy) var policy: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let view = try options.library().policy(policy)
            if options.json { return try JSONOutput.print(view) }
            var table = Table("FIELD", "VALUE")
            for (field, value) in try view.particulars where !value.isEmpty { table.add(field, value) }
            table.print()
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a policy; what went against it stays.",
            discussion: "  offbook policies remove privacy")

        @Argument(help: .policy) var policy: String
        @OptionGroup var options: LibraryOptions

        func run() throws {
            let library = try options.library()
            let view = try library.policy(policy)
            try library.removePolicy(view.id)
            try Acknowledgement.print("Removed the policy “\(view.name)”.", options)
        }
    }
}

extension PolicyView {
    var projectText: String { projectID.map { project ?? $0 } ?? "" }

    var stateText: String {
        [isActive ? nil : "inactive", isEnforced ? nil : "observing"].compactMap { $0 }.joined(separator: " ")
    }

    private var thresholdText: String {
        guard let threshold else { return "" }
        let number = Int64(exactly: threshold).map { "\($0)" } ?? "\(threshold)"
        switch PolicyKind(rawValue: kind) {
        case .cost: return "$\(number) a call"
        case .latency: return "\(number) ms a call"
        default: return "\(number)"
        }
    }

    fileprivate var particulars: [(String, String)] {
        get throws {
            [
                ("name", name), ("id", id), ("description", description), ("kind", kind), ("rules", try rules.json()),
                ("threshold", thresholdText), ("severity", severity), ("action", action), ("project", projectText),
                ("active", isActive ? "yes" : "no"), ("enforced", isEnforced ? "yes" : "no, only written down"),
                ("made", Moment.text(createdAt)),
            ]
        }
    }
}

extension PolicyKind: ExpressibleByArgument {}
extension PolicySeverity: ExpressibleByArgument {}
extension PolicyAction: ExpressibleByArgument {}
extension PolicySide: ExpressibleByArgument {}
