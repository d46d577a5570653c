import ArgumentParser
import Completions
import PromptLibrary
import PromptRunning
import PromptTemplates
import ReplicaStore
import WebResearch

/// What commands take that run a prompt.
struct RunOptions: ParsableArguments {
    @Option(help: "A version: v7, v7~alice-laptop, or digits of its id.") var version: String?
    @Option(help: "The version that this label points at.") var label: String?
    @Option(help: ArgumentHelp("How the model is told to work: see offbook styles.", valueName: "style"))
    var style: String?
    @Option(help: "How much effort, in place of a model: low, medium, high or ultra.") var level: EffortLevel?
    @Option(help: ArgumentHelp("Such as gpt-4o, or provider/gpt-4o.", valueName: "model")) var model: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("In place of the prompt's instructions.", valueName: "text"))
    var system: String?
    @Option(help: ArgumentHelp("0 to 2.", valueName: "number")) var temperature: Double?
    @Option(help: ArgumentHelp("At most so long an answer.", valueName: "tokens")) var maxTokens: Int?
    @Option(help: ArgumentHelp("0 to 1.", valueName: "number")) var topP: Double?
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Where the answer ends; may be given several times.", valueName: "text"))
    var stop: [String] = []
    @Option(help: "auto, cache, local, server, direct or queue.") var route = RouteChoice.auto
    @Option(
        // Scanning for a value, the parser would not see one behind “=” where another option follows.
        defaultAsFlag: ResearchChoice.always.rawValue, parsing: .next,
        help: ArgumentHelp(
            "Look the question up on the web first; with =if-online, go on without where it is not reached.",
            valueName: "always|if-online"))
    var research: String?
    @Option(help: "How far to look: basic, medium or high (2, 4 or 6 topics at most).")
    var researchDepth: ResearchDepth?
    @Flag(
        inversion: .prefixedNo,
        help: "Take an answer that is kept, and keep this one; without it, at temperature 0.")
    var cache: Bool?

    func validate() throws {
        if version != nil, label != nil { throw ValidationError("Give --version or --label, not both.") }
        if level != nil, model != nil { throw ValidationError("Give --level or --model, not both.") }
        if style != nil, system != nil { throw ValidationError("Give --style or --system, not both.") }
        if let temperature, !(0...2).contains(temperature) {
            throw ValidationError("--temperature takes a number from 0 to 2.")
        }
        if let topP, !(0...1).contains(topP) { throw ValidationError("--top-p takes a number from 0 to 1.") }
        if let maxTokens, maxTokens < 1 { throw ValidationError("--max-tokens takes a number of at least 1.") }
        // The parser itself takes a wrong value for none.
        if let research, ResearchChoice(rawValue: research) == nil {
            throw ValidationError("--research takes =always or =if-online, and “\(research)” is neither.")
        }
        if research == nil, researchDepth != nil { throw ValidationError("--research-depth is for --research.") }
        if route == .cache, cache == false { throw ValidationError("--route cache and --no-cache contradict.") }
    }

    func wish(_ prompt: String?, _ values: [String: TemplateValue]) -> CompletionWish {
        var wish = CompletionWish()
        wish.prompt = prompt.map { name in
            var request = RenderRequest(name: name)
            (request.version, request.label, request.values) = (version, label, values)
            return request
        }
        (wish.style, wish.level, wish.model, wish.system) = (style, level, model, system)
        (wish.temperature, wish.maxTokens, wish.topP, wish.stop) = (temperature, maxTokens, topP, stop)
        return wish
    }

    /// An answer that is there is no failure: who may read a library but not write it runs prompts too.
    private static func count(_ result: RunResult, _ library: Library) {
        do {
            try library.record([result.usageEvent].compactMap { $0 })
        } catch {
            Console.error("offbook: run, but not counted in usage: \(error)")
        }
    }

    func nodeRun(_ library: Library, _ directory: DataDirectory) throws -> NodeRun {
        var run = try NodeRun(library, directory, directory.providerSources)
        run.route = route
        if let cache { run.cacheUse = cache ? .always : .never }
        run.whenRun = { Self.count($0, library) }
        run.whenViolated = { warnings, recording in
            for warning in warnings { Console.error("offbook: \(warning)") }
            if case .failure(let error) = recording {
                Console.error("offbook: run, but what went against a policy is not written down: \(error)")
            }
        }
        if let research {
            run.research = ResearchPlan(
                researchDepth ?? .basic, onlyIfOnline: research == ResearchChoice.ifOnline.rawValue)
            run.whenResearched = { ResearchPrint.tell($0) }
        }
        if route == .auto { run.whenTaken = { Console.error("offbook: \($0.wording)") } }
        return run
    }
}

extension DataDirectory {
    /// Everybody's own machine: its owner says what may be asked from it.
    var providerSources: ProviderSources {
        ProviderSources(keys: ProviderKeys(self), allowsPrivateAddresses: true) { Console.variable($0) }
    }
}

/// Whether the web has to be reached.
enum ResearchChoice: String {
    case always
    case ifOnline = "if-online"
}

/// Says on standard error what a research came to.
enum ResearchPrint {
    static func tell(_ result: Result<ResearchReport, CompletionError>) {
        switch result {
        case .failure(let error): Console.error("offbook: without research: \(error)")
        case .success(let report):
            let kept = report.isCached ? ", kept from earlier" : ""
            Console.error("offbook: looked up \(Count.of(report.sources.count, "page"))\(kept):")
            for source in report.sources { Console.error("  [\(source.number)] \(source.url)") }
            for note in report.notes { Console.error("offbook: research: \(note)") }
        }
    }
}

extension EffortLevel: ExpressibleByArgument {}
extension ResearchDepth: ExpressibleByArgument {}
extension RouteChoice: ExpressibleByArgument {}

/// Variables as they are given on the command line.
enum VariableArguments {
    static func check(_ variables: [String], _ option: String) throws {
        if let wrong = variables.first(where: { !$0.contains("=") }) {
            throw ValidationError("\(option) takes name=value, and “\(wrong)” has no “=”.")
        }
    }

    /// What is given on the command line stands before the file.
    static func values(_ variables: [String], file: String? = nil) throws -> [String: TemplateValue] {
        var values = try file.map(VariablesFile.values) ?? [:]
        for variable in variables {
            let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            values[String(parts[0])] = .text(String(parts[1]))
        }
        return values
    }
}
