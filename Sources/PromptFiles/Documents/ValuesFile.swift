package import PromptTemplates

/// Files of values, beside prompts: JSON or YAML.
package enum ValuesFile {
    /// Values of variables, by their names.
    ///
    /// - Throws: `malformedJSON`, `malformedYAML`; `malformedDocument` for anything but an object.
    package static func values(_ bytes: [UInt8]) throws(PromptFileError) -> [String: TemplateValue] {
        guard case .object(let values) = try read(bytes) else {
            throw .malformedDocument(
                reason: "it holds no object of names and values: {\"name\": \"value\", …}, or name: value")
        }
        return values
    }

    /// What variables are: a list of objects with a name, or an object by name.
    ///
    /// - Throws: as ``values(_:)``, and for what is no variable.
    package static func variables(_ bytes: [UInt8]) throws(PromptFileError) -> [TemplateVariable] {
        let value = try read(bytes)
        do throws(ReadFault) {
            return try VariableReader.variables(value)
        } catch .file(let error) {
            throw error
        } catch {
            throw .malformedDocument(reason: error.reason)
        }
    }

    /// What opens with a bracket is JSON: that is YAML too, but its own reader says better what is wrong.
    private static func read(_ bytes: [UInt8]) throws(PromptFileError) -> TemplateValue {
        let content = bytes.withoutMark
        guard let text = String(validating: content, as: UTF8.self) else {
            throw .malformedDocument(reason: "it is not valid UTF-8; convert it first, for example with iconv")
        }
        guard let first = content.first(where: { !$0.isASCIISpace }), "{[".utf8.contains(first) else {
            return try YAMLReader.read(text)
        }
        do {
            return try TemplateValue(json: content)
        } catch {
            throw .malformedDocument(reason: "\(error)")
        }
    }
}
