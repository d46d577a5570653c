import PromptFiles
import PromptTemplates

/// Documents of every shape, with texts that formats find hard.
struct RandomDocuments {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(state: seed) }

    static let pieces = [
        "", " ", "  ", "\n", "\n", "\n\n", "\r\n", "\r", "\t", ":", ": ", " #", "- ", "'", "\"", "\\", "{", "}", "[",
        "]",
        "*a", "&a ", "!x ", "|", ">", "%", "@", "`", "---", "\n---\n", "\r\n---\r\n", "...", "? ", "~", ",", "=", "<<",
        "true", "null", "1.0", "-1", "2024-01-01", "0x1F", "yes", "é", "e\u{301}", "😀", "👩‍👩‍👧", "花", "\u{2028}",
        "\u{2029}", "\u{85}", "\u{FEFF}", "\u{7F}", "\u{1}", "\u{1B}", "\u{FFFE}", "\u{FFFF}", "\u{A0}", "\u{10FFFF}",
        "${env:X}", "{{name}}", "system:", "\nuser:\n", "\n\nassistant:\n", "\\user:", "word", "two words", "a/b",
    ]

    mutating func text(upTo count: Int = 6) -> String {
        (0..<Int.random(in: 0...count, using: &generator))
            .map { _ in Self.pieces.randomElement(using: &generator) ?? "" }.joined()
    }

    private mutating func isChosen(_ of: Int = 2) -> Bool { Int.random(in: 0..<of, using: &generator) == 0 }

    private mutating func maybe<Value>(_ make: (inout Self) -> Value) -> Value? { isChosen() ? make(&self) : nil }

    private mutating func map<Value>(_ make: (inout Self) -> Value) -> [String: Value] {
        var map: [String: Value] = [:]
        for _ in 0..<Int.random(in: 0...3, using: &generator) { map[text()] = make(&self) }
        return map
    }

    private mutating func number() -> String {
        ["0", "-0", "1", "-17", "1.50", "0.70", "1e400", "1E+2", "12345678901234567890123", "0.1e-7"]
            .randomElement(using: &generator) ?? "0"
    }

    mutating func value(depth: Int = 0) -> TemplateValue {
        switch Int.random(in: 0..<(depth < 3 ? 6 : 4), using: &generator) {
        case 0: return .null
        case 1: return .boolean(isChosen())
        case 2: return .number(number())
        case 3: return .text(text())
        case 4: return .list((0..<Int.random(in: 0...3, using: &generator)).map { _ in value(depth: depth + 1) })
        default: return .object(map { $0.value(depth: depth + 1) })
        }
    }

    private mutating func variable() -> TemplateVariable {
        let kind = TemplateVariable.Kind.allCases.randomElement(using: &generator) ?? .text
        let choices = (0..<Int.random(in: 0...2, using: &generator)).map { _ in plainValue() }
        return TemplateVariable(
            name: isChosen() ? text() : "v\(Int.random(in: 0...9, using: &generator))", type: kind,
            defaultValue: maybe { $0.plainValue() }, isRequired: isChosen(),
            choices: choices, description: maybe { $0.text() } ?? "")
    }

    private mutating func plainValue() -> String {
        isChosen()
            ? text() : ["1", "1.50", "true", "[1,2]", "[1, 2]", #"{"a":1}"#].randomElement(using: &generator) ?? ""
    }

    private mutating func settings() -> [String: TemplateValue] {
        var settings = isChosen() ? map { $0.value() } : [:]
        for key in ["model", "temperature", "configuration", "connection", "provider", "options", "parameters"]
        where isChosen(5) {
            settings[key] = value()
        }
        if isChosen() { settings["temperature"] = .number(number()) }
        return settings
    }

    /// Metadata among which are some that prompty has names for.
    private mutating func metadata() -> [String: String] {
        var metadata = map { $0.text() }
        let hard = [
            "prompty.authors": #"["a","b"]"#, "prompty.version": #""1.0""#, "prompty.name": #""x""#,
            "prompty.model": #"{"api":"embedding","response":"first"}"#, "prompty.inputs": #"{"v1":{"strict":true}}"#,
            "prompty.template": #""jinja2""#, "prompty.x": "not json", "prompty.y": "{ }", "prompty.": "1",
            "prompty.sample": #"{"v1":5}"#, "prompty.offbook": "{}",
        ]
        for (key, value) in hard.sorted(by: { $0.key < $1.key }) where isChosen(12) { metadata[key] = value }
        return metadata
    }

    private mutating func origin() -> PromptDocument.Origin {
        let digits = Array("0123456789abcdef")
        let hex = { (generator: inout SeededGenerator, count: Int) in
            String((0..<count).map { _ in digits.randomElement(using: &generator) ?? "0" })
        }
        var base: [String: String] = [:]
        for field in PromptDocument.Field.allCases where isChosen() { base[field.rawValue] = hex(&generator, 8) }
        return .init(promptID: hex(&generator, 32), versionID: hex(&generator, 64), fieldBase: base)
    }

    mutating func document() -> PromptDocument {
        var document = PromptDocument(body: text(upTo: 12))
        document.isChat = isChosen()
        if document.isChat, isChosen() {
            let messages = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                ChatMessage(role: ChatMessage.Role.allCases.randomElement(using: &generator) ?? .user, content: text())
            }
            document.body = ChatText.text(messages)
        }
        document.name = maybe { $0.text() }
        document.description = maybe { $0.text() }
        document.category = maybe { $0.text() }
        document.project = maybe { $0.text() }
        document.tags = maybe { make in (0..<Int.random(in: 0...3, using: &make.generator)).map { _ in make.text() } }
        document.isTemplate = maybe { $0.isChosen() }
        document.templateFormat = maybe { TemplateFormat.allCases.randomElement(using: &$0.generator) ?? .none }
        document.settings = settings()
        document.variables = (0..<Int.random(in: 0...3, using: &generator)).map { _ in variable() }
        document.metadata = maybe { $0.metadata() }
        document.labels = maybe { $0.map { $0.text() } }
        document.origin = maybe { $0.origin() }
        return document
    }
}

/// Whether the documents are the same down to the bytes of their texts.
func same(_ one: PromptDocument, _ other: PromptDocument) throws -> Bool {
    guard one == other, sameBytes(one.body, other.body) else { return false }
    return try one.writtenAsLine() == other.writtenAsLine()
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
