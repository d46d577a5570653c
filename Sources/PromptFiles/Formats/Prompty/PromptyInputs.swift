internal import PromptTemplates

extension PromptyReader {
    /// Inputs are variables, in a list or by name. A sample stands in where there is no default: with version 1 a prompt
    /// runs on it.
    mutating func readInputs() throws(ReadFault) {
        var inputs = PromptyInputs()
        try inputs.read(fields.take("inputs"))
        inputs.addSamples(fields.rest["sample"])
        if case .object? = fields.rest["sample"] { _ = fields.take("sample") }
        document.variables = inputs.variables
        leftovers["inputs"] = inputs.reference
        if !inputs.leftovers.isEmpty { leftovers["inputs"] = .object(inputs.leftovers) }
        if !inputs.samples.isEmpty { leftovers["sample"] = .object(inputs.samples) }
    }
}

/// The inputs of a prompty file, as variables and what these have no place for.
struct PromptyInputs {
    private(set) var variables: [TemplateVariable] = []
    private(set) var leftovers: [String: TemplateValue] = [:]
    /// What names the file that has the inputs.
    private(set) var reference: TemplateValue?
    /// Samples of variables that have a default of their own.
    private(set) var samples: [String: TemplateValue] = [:]

    mutating func read(_ value: TemplateValue?) throws(ReadFault) {
        switch value {
        case nil: return
        case .object(let members)?:
            for (name, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                try add(name, value)
            }
        case .list(let elements)?:
            for element in elements { try add(element) }
        case let value?: reference = value
        }
    }

    private mutating func add(_ element: TemplateValue) throws(ReadFault) {
        guard case .object(var members) = element, case .text(let name)? = members.removeValue(forKey: "name") else {
            throw .row("\"inputs\" holds one without a name; add it")
        }
        try add(name, .object(members))
    }

    private mutating func add(_ name: String, _ value: TemplateValue) throws(ReadFault) {
        guard case .object(var members) = value else {
            return variables.append(try VariableReader.shorthand(name, value))
        }
        for (key, own) in [("kind", "type"), ("enumValues", "enum"), ("sample", "default")] where members[own] == nil {
            members[own] = members.removeValue(forKey: key)
        }
        var kept: [String: TemplateValue] = [:]
        if case .text(let type)? = members["type"], !Self.isExact(type) {
            kept["type"] = .text(type)
            if VariableReader.kind(named: type) == nil { members["type"] = nil }
        }
        var fields = FieldReader(members, isLenient: true, owner: "the input \(Wording.quoted(name))")
        variables.append(try VariableReader.read(name, &fields))
        kept.merge(fields.rest) { first, _ in first }
        if !kept.isEmpty { leftovers[name] = .object(kept) }
    }

    /// Whether the type is written as it was read.
    private static func isExact(_ type: String) -> Bool {
        VariableReader.kind(named: type).map { PromptyWriter.type($0) == type } ?? false
    }

    mutating func addSamples(_ value: TemplateValue?) {
        guard case .object(let members)? = value else { return }
        for (name, sample) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            add(sample, to: name)
        }
    }

    private mutating func add(_ sample: TemplateValue, to name: String) {
        guard let text = try? sample.written() else { return }
        guard let index = variables.firstIndex(where: { $0.name.hasSameBytes(as: name) }) else {
            let kind = VariableReader.kind(of: sample)
            return variables.append(TemplateVariable(name: name, type: kind, defaultValue: text))
        }
        if variables[index].defaultValue == nil { variables[index].defaultValue = text } else { samples[name] = sample }
    }
}
