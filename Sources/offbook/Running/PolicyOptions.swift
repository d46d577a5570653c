import ArgumentParser
import Policies
import PromptLibrary
import PromptTemplates

/// What can be said of a policy, beside its rules.
struct PolicyOptions: ParsableArguments {
    enum Activity: String, EnumerableFlag {
        case active, inactive

        static func help(for value: Activity) -> ArgumentHelp? {
            value == .active ? "Let it hold." : "Let it hold no more, and keep it."
        }
    }

    enum Force: String, EnumerableFlag {
        case enforce, observe

        static func help(for value: Force) -> ArgumentHelp? {
            value == .enforce ? "Do what its action says." : "Only write down what goes against it."
        }
    }

    @Option(name: .shortAndLong, parsing: .unconditional, help: "What it is for.") var description: String?
    @Option(
        help: ArgumentHelp(
            "Of pii and toxicity how sure it has to be, from 0 to 1; of cost dollars a call; of latency milliseconds.",
            valueName: "number"))
    var threshold: Double?
    @Option(help: "How bad it is when something goes against it.") var severity: PolicySeverity?
    @Option(help: "What is done then. Only block holds text back.") var action: PolicyAction?
    @Option(help: ArgumentHelp("Let it hold for prompts of this project only.", valueName: "project"))
    var project: String?
    @Flag var activity: Activity?
    @Flag var force: Force?

    var change: PolicyChange {
        var change = PolicyChange()
        (change.description, change.severity, change.action) = (description, severity, action)
        change.threshold = threshold.map { .to($0) }
        change.project = project.map { .to($0) }
        (change.isActive, change.isEnforced) = (activity.map { $0 == .active }, force.map { $0 == .enforce })
        return change
    }

    var saysNothing: Bool {
        description == nil && threshold == nil && severity == nil && action == nil && project == nil
            && activity == nil && force == nil
    }
}

/// The rules of a policy: as JSON, or the commonest of them one by one.
struct PolicyRuleOptions: ParsableArguments {
    enum Place: String, ExpressibleByArgument, CaseIterable { case input, output, both }

    @Option(parsing: .unconditional, help: ArgumentHelp("All of them, as a JSON object.", valueName: "json"))
    var rules: String?
    @Option(
        help: ArgumentHelp("A file with that object, or - for standard input.", valueName: "file"), completion: .file())
    var rulesFile: String?
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Of pii: which of email, phone, card, iban and secret, with commas.", valueName: "kinds"))
    var find: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Of pii and toxicity: a text that may stand, or @domain for all its addresses; may be given several times.",
            valueName: "text"))
    var allow: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Of toxicity: one more word; may be given several times.", valueName: "word"))
    var word: [String] = []
    @Flag(inversion: .prefixedNo, help: "Of toxicity: whether the words that Offbook knows count.") var builtin: Bool?
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Of custom and toxicity: a regular expression (PCRE2); may be given several times.", valueName: "regex"))
    var pattern: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Of custom: a text that has to be there; may be given several times.", valueName: "text"))
    var required: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Of custom: a text that may not; may be given several times.", valueName: "text"))
    var forbidden: [String] = []
    @Option(help: ArgumentHelp("Of custom: how long a text has to be.", valueName: "characters")) var minLength: Int?
    @Option(help: ArgumentHelp("Of custom: how long it may be.", valueName: "characters")) var maxLength: Int?
    @Option(help: "What goes to the model, what comes from it, or both.") var appliesTo: Place?

    func validate() throws {
        if rules != nil, rulesFile != nil { throw ValidationError("Give --rules or --rules-file, not both.") }
    }

    /// Those that have an option of their own, by their names in the rules.
    private var fields: [String: TemplateValue] {
        let kinds = find.flatMap { $0.split(separator: ",").map { $0.filter { $0 != " " } } }
        let lists = [
            ("kinds", kinds), ("allow", allow), ("words", word), ("patterns", pattern), ("required", required),
            ("forbidden", forbidden),
        ]
        var fields: [String: TemplateValue] = [:]
        for (name, texts) in lists where !texts.isEmpty { fields[name] = .list(texts.map { .text($0) }) }
        fields["builtin"] = builtin.map { .boolean($0) }
        fields["min_length"] = minLength.map { .number("\($0)") }
        fields["max_length"] = maxLength.map { .number("\($0)") }
        fields["applies_to"] = appliesTo.map { .text($0.rawValue) }
        return fields
    }

    var saysNothing: Bool { rules == nil && rulesFile == nil && fields.isEmpty }

    /// How the rules are to be, of those before; nil where nothing is said of them. A file is read at once.
    func change() throws -> (TemplateValue) -> TemplateValue? {
        let (whole, fields) = (try whole(), fields)
        return { former in
            guard !fields.isEmpty, case .object(let members) = whole ?? former else { return whole }
            return .object(members.merging(fields) { $1 })
        }
    }

    private func whole() throws -> TemplateValue? {
        if let rules { return try Self.json(Array(rules.utf8), "--rules") }
        return try rulesFile.map { try Self.json(InputFile.bytes($0, atMost: PolicyLimits.rulesBytes), $0) }
    }

    private static func json(_ bytes: [UInt8], _ place: String) throws -> TemplateValue {
        do {
            return try TemplateValue(json: bytes)
        } catch {
            throw CommandError(.failure, "\(place): \(error)")
        }
    }
}
