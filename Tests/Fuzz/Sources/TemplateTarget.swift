import PromptTemplates

/// The first byte is the format; then a text, a NUL, and JSON to fill in.
struct TemplateTarget: FuzzRunning {
    private static let prompts: [String: IncludedPrompt] = [
        "a": IncludedPrompt("{{#a}}\n {{> b}}\n{{/a}}${b}", format: .mustache),
        "b": IncludedPrompt("@include(c)\n${a:${b}}", format: .dollar),
        "c": IncludedPrompt("{a}", format: .fstring),
    ]

    func run(_ input: [UInt8]) {
        guard let kind = input.first else { return }
        let parts = input.dropFirst().split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        let text = String(decoding: parts.first ?? [], as: UTF8.self)
        let formats = TemplateFormat.allCases
        if Int(kind) % (formats.count + 1) == formats.count { return checkChat(text) }
        _ = TemplateFormat.guess(text)
        render(text, formats[Int(kind) % (formats.count + 1)], values(parts.count > 1 ? parts[1] : []))
    }

    private func values(_ json: ArraySlice<UInt8>) -> [String: TemplateValue] {
        guard case .object(let values)? = try? TemplateValue(json: json) else { return [:] }
        return values
    }

    private func render(_ text: String, _ format: TemplateFormat, _ values: [String: TemplateValue]) {
        guard let template = try? Template(text, format: format) else { return }
        let lines = 1...(1 + text.utf8.count { $0 == UInt8(ascii: "\n") })
        guard template.variables.allSatisfy({ lines.contains($0.line) && $0.column > 0 && !$0.name.isEmpty }) else {
            find("a placeholder of no place")
        }
        _ = try? template.rendered(values, strict: false) { name, _ in Self.prompts[name] }
    }

    /// What chat text says is the same when it is written out and read again.
    private func checkChat(_ text: String) {
        guard let messages = try? ChatText.messages(text) else { return }
        guard let again = try? ChatText.messages(ChatText.text(messages)), again == messages else {
            find("another chat")
        }
    }
}
