internal import PromptTemplates

/// The fields of an object, taken one after another; what is left is known to nobody.
struct FieldReader {
    private(set) var rest: [String: TemplateValue]
    /// Whether a number or a boolean may stand for the text it is written as: in YAML nobody means a number by
    /// `name: 2024`.
    let isLenient: Bool
    /// What the fields belong to, for messages; empty for the document itself.
    let owner: String

    init(_ fields: [String: TemplateValue], isLenient: Bool, owner: String = "") {
        rest = fields
        self.isLenient = isLenient
        self.owner = owner
    }

    /// The value of a field; nil for null, which says the same as no field at all.
    mutating func take(_ key: String) -> TemplateValue? {
        // A dictionary finds "é" however it is composed, but all keys asked for are ASCII.
        guard let value = rest.removeValue(forKey: key), value != .null else { return nil }
        return value
    }

    mutating func text(_ key: String) throws(ReadFault) -> String? {
        guard let value = take(key) else { return nil }
        return try text(value, key)
    }

    mutating func boolean(_ key: String) throws(ReadFault) -> Bool? {
        switch take(key) {
        case nil: return nil
        case .boolean(let boolean)?: return boolean
        case let value?: throw fault(key, "is \(value.kindWording); make it true or false")
        }
    }

    /// A list of texts, or one text with commas or semicolons between them.
    mutating func tags(_ key: String) throws(ReadFault) -> [String]? {
        guard case .text(let text)? = rest[key] else { return try texts(key) }
        rest[key] = nil
        return Tags.clean(Tags.split(text))
    }

    mutating func texts(_ key: String) throws(ReadFault) -> [String]? {
        switch take(key) {
        case nil: return nil
        case .list(let elements)?:
            var texts: [String] = []
            for element in elements { texts.append(try text(element, key)) }
            return texts
        case let value?: throw fault(key, "is \(value.kindWording); make it a list of texts")
        }
    }

    mutating func object(_ key: String) throws(ReadFault) -> [String: TemplateValue]? {
        switch take(key) {
        case nil: return nil
        case .object(let members)?: return members
        case let value?: throw fault(key, "is \(value.kindWording); make it an object of names and values")
        }
    }

    mutating func textMap(_ key: String) throws(ReadFault) -> [String: String]? {
        guard let members = try object(key) else { return nil }
        var texts: [String: String] = [:]
        for (name, value) in members { texts[name] = try Self.metadata(value) }
        return texts
    }

    private func text(_ value: TemplateValue, _ key: String) throws(ReadFault) -> String {
        switch value {
        case .text(let text): return text
        case .number(let text) where isLenient: return text
        case .boolean(let boolean) where isLenient: return "\(boolean)"
        default: throw fault(key, "holds \(value.kindWording) where a text is needed; put it in quotes")
        }
    }

    func fault(_ key: String, _ reason: String) -> ReadFault {
        .row("\(owner.isEmpty ? "" : "\(owner): ")\(Wording.quoted(key)) \(reason)")
    }

    /// A value as metadata has it: a text as it is, anything else as compact JSON.
    static func metadata(_ value: TemplateValue) throws(ReadFault) -> String {
        if case .text(let text) = value { return text }
        return try json(value)
    }

    static func json(_ value: TemplateValue) throws(ReadFault) -> String {
        do { return try value.json() } catch { throw .row(error.reason) }
    }
}

extension TemplateValue {
    /// Whether a NUL is in it: no text and no name of the library has one.
    var hasNUL: Bool {
        switch self {
        case .null, .boolean, .number: false
        case .text(let text): text.utf8.contains(ASCII.nul)
        case .list(let elements): elements.contains(where: \.hasNUL)
        case .object(let members): members.contains { $0.key.utf8.contains(ASCII.nul) || $0.value.hasNUL }
        }
    }
}
