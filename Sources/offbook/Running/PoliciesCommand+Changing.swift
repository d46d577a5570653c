import ArgumentParser
import Policies
import PromptLibrary
import PromptTemplates

extension PoliciesCommand {
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a policy.",
            discussion: """
                Its rules are given one by one, or as JSON.

                  offbook policies add privacy --kind pii --find email,secret --action block
                  offbook policies add manners --kind toxicity --applies-to output
                  offbook policies add tickets --kind custom --pattern 'PRJ-[0-9]+' --observe
                  offbook policies add notice --kind custom --rules '{"required": ["!"]}'
                  offbook policies add dear --kind cost --threshold 0.05 --action alert
                """)

        @Argument(help: "What it is called.") var name: String
        @Option(help: "What it looks at.") var kind: PolicyKind
        @OptionGroup var particulars: PolicyOptions
        @OptionGroup var rules: PolicyRuleOptions
        @OptionGroup var options: LibraryOptions

        func run() throws {
            var change = particulars.change
            change.rules = try rules.change()(.object([:]))
            let view = try options.library().addPolicy(name, kind, change)
            if options.json { return try JSONOutput.print(view) }
            Console.print("Added the policy “\(view.name)”.")
        }
    }

    struct Edit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Change a policy.",
            discussion: """
                What is not named stays as it is. An option for a rule takes the place of that rule, a list as
                a whole; --rules takes the place of all.

                  offbook policies edit privacy --action warn --allow @example.org
                  offbook policies edit privacy --no-threshold --whole-workspace
                  offbook policies edit privacy --inactive
                """)

        @Argument(help: .policy) var policy: String
        @Option(help: ArgumentHelp("Its new name.", valueName: "new-name")) var name: String?
        @Option(help: "What it looks at.") var kind: PolicyKind?
        @OptionGroup var particulars: PolicyOptions
        @Flag(help: "Take its threshold away.") var noThreshold = false
        @Flag(help: "Let it hold for the whole workspace.") var wholeWorkspace = false
        @OptionGroup var rules: PolicyRuleOptions
        @OptionGroup var options: LibraryOptions

        func validate() throws {
            if noThreshold, particulars.threshold != nil {
                throw ValidationError("Give --threshold or --no-threshold, not both.")
            }
            if wholeWorkspace, particulars.project != nil {
                throw ValidationError("Give --project or --whole-workspace, not both.")
            }
            let isSilent = name == nil && kind == nil && !noThreshold && !wholeWorkspace
            if isSilent, particulars.saysNothing, rules.saysNothing {
                throw ValidationError("Say what to change, such as --action block.")
            }
        }

        func run() throws {
            let rules = try rules.change()
            let view = try options.library().atomically { library in
                let former = try library.policy(policy)
                var change = change
                change.rules = rules(former.rules)
                return try library.changePolicy(former.id, change)
            }
            if options.json { return try JSONOutput.print(view) }
            Console.print("Changed the policy “\(view.name)”.")
        }

        private var change: PolicyChange {
            var change = particulars.change
            (change.name, change.kind) = (name, kind)
            if noThreshold { change.threshold = .unset }
            if wholeWorkspace { change.project = .unset }
            return change
        }
    }
}
