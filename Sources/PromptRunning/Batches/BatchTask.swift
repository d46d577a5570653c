internal import Changesets
package import Completions
internal import Crypto
internal import PromptLibrary
internal import PromptTemplates

/// One of many completions that are run together.
package struct BatchTask: Sendable {
    /// How many one batch has at most.
    package static let countMax = 100_000

    /// Its place among all, from 0.
    package var index: Int
    /// What whoever wrote it calls it by.
    package var name: String?
    package var wish: CompletionWish
    /// The same for the same words asked in the same manner, of which a result is told from another task's.
    package var fingerprint: String
}

/// What is wrong with one of the tasks.
package struct BatchFault: Error {
    package var field: String?
    package var message: String
}

extension BatchTask {
    private static let fields: Set<String> = [
        "id", "custom_id", "prompt", "name", "version", "label", "variables", "r_type", "style", "system", "level",
        "model", "temperature", "max_tokens", "top_p", "stop",
    ]

    /// Reads a task: `{"prompt": "said as it is"}`, or `{"name": "greeting", "variables": {…}}` of a prompt of the
    /// library, whose input `prompt` is then.
    ///
    /// - Parameter base: what holds for each task that does not say otherwise.
    package init(_ index: Int, _ object: JSONObject, base: CompletionWish) throws(BatchFault) {
        let reader = TaskReader(object: object)
        for member in object.members where !Self.fields.contains(member.name) {
            let known = Self.fields.sorted().joined(separator: ", ")
            throw reader.fault(member.name, "there is no such field; these are: \(known)")
        }
        self.index = index
        fingerprint = Self.fingerprint(object, base)
        name = try reader.text(of: ["id", "custom_id"])
        wish = base
        wish.input = try reader.text("prompt")
        wish.prompt = try reader.prompt(base.prompt)
        guard wish.prompt != nil || wish.input != nil else {
            throw reader.fault("prompt", "it is missing: say something, or give the name of a prompt")
        }
        try reader.manner(&wish)
    }
}

extension BatchTask {
    private static func fingerprint(_ object: JSONObject, _ base: CompletionWish) -> String {
        let manner: [String?] = [
            base.prompt?.name, base.prompt?.version, base.prompt?.label, base.style, base.level?.rawValue, base.model,
            base.system, base.temperature.map { "\($0)" }, base.maxTokens.map { "\($0)" }, base.topP.map { "\($0)" },
        ]
        let texts: JSONValue = .list((manner + base.stop).map { $0.map { .text($0) } ?? .null })
        return hexadecimal(SHA256.hash(data: JSONValue.list([.object(object), texts]).bytes).prefix(12))
    }
}

/// Reads the fields of one task.
private struct TaskReader {
    let object: JSONObject

    func fault(_ field: String?, _ message: String) -> BatchFault {
        BatchFault(field: field, message: message)
    }

    /// The first that is given.
    func text(of fields: [String]) throws(BatchFault) -> String? {
        for field in fields { if let text = try text(field) { return text } }
        return nil
    }

    func text(_ field: String) throws(BatchFault) -> String? {
        guard let value = object[field], !value.isNull else { return nil }
        guard let text = value.text else { throw fault(field, "it has to be a text") }
        return text
    }

    private func number(_ field: String, _ range: ClosedRange<Double>) throws(BatchFault) -> Double? {
        guard let value = object[field], !value.isNull else { return nil }
        guard let number = value.double, range.contains(number) else {
            throw fault(field, "it has to be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func prompt(_ base: RenderRequest?) throws(BatchFault) -> RenderRequest? {
        let named = try text("name")
        guard var request = named.map({ RenderRequest(name: $0) }) ?? base else {
            for field in ["version", "label", "variables"] where object[field] != nil {
                throw fault(field, "it is for a prompt of the library: give its name too")
            }
            return nil
        }
        if let version = try text("version") { (request.version, request.label) = (version, nil) }
        if let label = try text("label") { request.label = label }
        if let variables = object["variables"], !variables.isNull {
            guard case .object(let values)? = try? TemplateValue(json: variables.bytes) else {
                throw fault("variables", "it has to be an object")
            }
            request.values.merge(values) { $1 }
        }
        return request
    }

    /// How it is to be answered.
    func manner(_ wish: inout CompletionWish) throws(BatchFault) {
        if let style = try text(of: ["r_type", "style"]) { (wish.style, wish.system) = (style, nil) }
        if let system = try text("system") { (wish.system, wish.style) = (system, nil) }
        if let temperature = try number("temperature", 0...2) { wish.temperature = temperature }
        if let topP = try number("top_p", 0...1) { wish.topP = topP }
        if let most = try number("max_tokens", 1...10_000_000) { wish.maxTokens = Int(most) }
        if let model = try text("model") { (wish.model, wish.level) = (model, nil) }
        if let name = try text("level") {
            let known = EffortLevel.allCases.map(\.rawValue).joined(separator: ", ")
            guard let level = EffortLevel(rawValue: name) else { throw fault("level", "it is one of: \(known)") }
            (wish.level, wish.model) = (level, nil)
        }
        if let stop = object["stop"], !stop.isNull {
            let texts = stop.text.map { [$0] } ?? stop.list?.compactMap(\.text)
            guard let texts, texts.count == stop.list?.count ?? 1 else { throw fault("stop", "it has to be texts") }
            wish.stop = texts
        }
    }
}
