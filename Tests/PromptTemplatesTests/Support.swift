import PromptTemplates
import Testing

/// The bytes of a text, which is what texts are compared by: Swift's `==` overlooks how accents are composed.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func render(
    _ text: String, _ format: TemplateFormat, _ values: [String: TemplateValue] = [:],
    declared: [TemplateVariable] = [], strict: Bool = true, including prompts: [String: IncludedPrompt] = [:]
) throws(TemplateError) -> String {
    try Template(text, format: format).rendered(values, declared: declared, strict: strict) { name, label in
        prompts[label.map { "\(name)@\($0)" } ?? name]
    }
}

/// The error that comes of reading or rendering; nil where none does.
func failure(
    _ text: String, _ format: TemplateFormat, _ values: [String: TemplateValue] = [:],
    declared: [TemplateVariable] = [], strict: Bool = true, including prompts: [String: IncludedPrompt] = [:]
) -> TemplateError? {
    do {
        _ = try render(text, format, values, declared: declared, strict: strict, including: prompts)
        return nil
    } catch {
        return error
    }
}

/// What JSON's object has.
func object(_ json: String) throws -> [String: TemplateValue] {
    guard case .object(let members) = try TemplateValue(json: json.utf8) else { return [:] }
    return members
}

func place(_ line: Int, _ column: Int, of include: String? = nil) -> TemplatePlace {
    TemplatePlace(line: line, column: column, include: include)
}

/// SplitMix64: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Some of these, one after another.
    mutating func text(of pieces: [String], upTo count: Int) -> String {
        (0..<Int.random(in: 0...count, using: &self)).map { _ in pieces.randomElement(using: &self) ?? "" }.joined()
    }
}
