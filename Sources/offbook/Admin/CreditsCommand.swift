import ArgumentParser
import Changesets
import DirectoryStore

/// What accounts may spend.
struct Credits: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credits", abstract: "What accounts may spend on completions.",
        discussion: """
            An account without a plan may do as the server's setting require-credits says. Who is given credits pays
            with them from then on.

              offbook admin credits show ada@example.org
              offbook admin credits grant ada@example.org 50
              offbook admin credits plan ada@example.org --daily 100 --hour 4
            """,
        subcommands: [Show.self, Grant.self, Put.self, Plan.self, Allow.self, Ledger.self])

    struct Target: ParsableArguments {
        @Argument(help: "E-mail address, username or id.") var account: String
        @Flag(name: .long, help: "Print JSON.") var json = false
        @OptionGroup var data: DataOptions

        func run(_ body: (DirectoryStore, Account) throws -> CreditStatus) throws {
            let store = try DirectoryStore(data.directory)
            let account = try store.account(named: account)
            let report = CreditReport(try body(store, account), account)
            if json { return try JSONOutput.print(report) }
            report.print()
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show what an account may spend.",
            discussion: """
                  offbook admin credits show ada@example.org
                """)
        @OptionGroup var target: Target
        func run() throws { try target.run { try $0.credits(of: $1.id) } }
    }

    struct Grant: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "grant", abstract: "Give an account credits.",
            discussion: """
                  offbook admin credits grant ada@example.org 50 --reason "a trial"
                """)
        @OptionGroup var target: Target
        @Argument(help: "How many.") var amount: Int64
        @Option(help: "What for.") var reason = ""
        @Option(help: ArgumentHelp("A grant of one id is given once.", valueName: "id")) var id: String?
        func run() throws {
            try target.run { try $0.grantCredits(amount, to: $1.id, reason: reason, charge: id) }
        }
    }

    struct Put: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Set what an account has.",
            discussion: """
                  offbook admin credits set ada@example.org 50
                """)
        @OptionGroup var target: Target
        @Argument(help: "How many credits.") var balance: Int64
        func run() throws { try target.run { try $0.setCredits(balance, of: $1.id) } }
    }

    struct Plan: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "plan", abstract: "Say how an account gets its credits.",
            discussion: """
                  offbook admin credits plan ada@example.org --daily 100 --hour 4
                """)
        @OptionGroup var target: Target
        @Option(help: ArgumentHelp("Fill up to so many each day.", valueName: "credits")) var daily: Int64?
        @Option(help: ArgumentHelp("At this hour, by UTC.", valueName: "0-23")) var hour = 0
        @Flag(help: "Only what is granted.") var fixed = false
        @Flag(help: "As the server's setting says.") var none = false

        func validate() throws {
            guard [daily != nil, fixed, none].filter(\.self).count == 1 else {
                throw ValidationError("Say one of --daily, --fixed and --none.")
            }
        }

        func run() throws {
            let plan = daily.map { CreditPlan.daily(allowance: $0, hour: hour) } ?? (fixed ? .fixed : .none)
            try target.run { try $0.setPlan(plan, of: $1.id) }
        }
    }

    struct Allow: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "allow", abstract: "Say which styles and levels an account may use.",
            discussion: """
                What is left out is not restricted.

                  offbook admin credits allow ada@example.org --levels low,medium
                """)
        @OptionGroup var target: Target
        @Option(help: ArgumentHelp("Only these, with commas.", valueName: "names")) var styles: String?
        @Option(help: ArgumentHelp("Only these, with commas.", valueName: "names")) var levels: String?

        private static func list(_ text: String?) -> [String]? {
            text.map { $0.split(separator: ",").map { String($0.filter { $0 != " " }) } }
        }

        func run() throws {
            try target.run {
                try $0.setCompletionRights(styles: Self.list(styles), levels: Self.list(levels), of: $1.id)
            }
        }
    }

    struct Ledger: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ledger", abstract: "List what was charged and granted, the newest first.",
            discussion: """
                  offbook admin credits ledger ada@example.org
                """)
        @Argument(help: "E-mail address, username or id; all without one.") var account: String?
        @Option(help: ArgumentHelp("At most so many entries.", valueName: "n")) var limit = 100
        @Option(help: ArgumentHelp("Only entries with a smaller number.", valueName: "n")) var before: Int64?
        @Flag(name: .long, help: "Print JSON.") var json = false
        @OptionGroup var data: DataOptions

        func validate() throws {
            guard (1...100_000).contains(limit) else {
                throw ValidationError("--limit takes a number from 1 to 100000.")
            }
        }

        func run() throws {
            let store = try DirectoryStore(data.directory)
            let id = try account.map { try store.account(named: $0).id }
            let entries = try store.ledgerEntries(of: id, limit: limit, before: before).map(LedgerLine.init)
            if json { return try JSONOutput.print(entries) }
            var table = Table("N", "AT", "KIND", "AMOUNT", "BALANCE", "CHARGE", "DETAIL", giving: ["DETAIL"])
            for entry in entries { table.add(entry.cells) }
            table.print()
        }
    }
}

private struct CreditReport: Encodable {
    var account: String
    var plan: String
    var balance: Int64
    var reserved: Int64
    var isMetered: Bool
    var styles: [String]?
    var levels: [String]?

    enum CodingKeys: String, CodingKey {
        case account, plan, balance, reserved, styles, levels
        case isMetered = "is_metered"
    }

    init(_ status: CreditStatus, _ account: Account) {
        self.account = account.email.isEmpty ? account.id.hex : account.email
        plan = status.plan.wording
        balance = status.balance
        reserved = status.reserved
        isMetered = status.isMetered
        styles = status.styles
        levels = status.levels
    }

    func print() {
        Console.print("account   \(account)")
        Console.print("plan      \(plan)\(isMetered ? "" : ": nothing is charged")")
        Console.print("balance   \(balance)\(reserved > 0 ? ", and \(reserved) reserved" : "")")
        if let styles { Console.print("styles    \(styles.joined(separator: ", "))") }
        if let levels { Console.print("levels    \(levels.joined(separator: ", "))") }
    }
}

private struct LedgerLine: Encodable {
    var n: Int64
    var at: Int64
    var account: String?
    var kind: String
    var amount: Int64
    var balance: Int64
    var charge: String
    var detail: String

    init(_ entry: LedgerEntry) {
        n = entry.n
        at = entry.at
        account = entry.account?.hex
        kind = entry.kind.rawValue
        amount = entry.amount
        balance = entry.balance
        charge = entry.charge
        detail = entry.detail
    }

    var cells: [String] {
        [String(n), Moment.text(at), kind, String(amount), String(balance), charge, detail]
    }
}
