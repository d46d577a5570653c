internal import Changesets
internal import FoundationEssentials
package import PromptTemplates
package import ReplicaStore

/// What a version holds, as people write it.
package struct PromptContent: Sendable, Equatable {
    /// Text that is not valid UTF-8 has replacement characters here.
    package var body: String
    package var type: VersionType
    /// What it runs with: model, temperature and the like, by their names.
    package var settings: [String: TemplateValue]
    /// What its author says about its variables, in the author's order.
    package var variables: [TemplateVariable]

    package init(
        body: String, type: VersionType = .text, settings: [String: TemplateValue] = [:],
        variables: [TemplateVariable] = []
    ) {
        self.body = body
        self.type = type
        self.settings = settings
        self.variables = variables
    }

    /// By bytes: Swift takes differently composed accents for the same.
    package static func == (a: Self, b: Self) -> Bool {
        guard a.type == b.type, a.body.utf8.elementsEqual(b.body.utf8), let a = try? a.stored() else { return false }
        return a == (try? b.stored())
    }

    /// - Throws: `invalid` for settings or variables that somebody wrote past Offbook and that are none.
    init(_ stored: VersionContent) throws {
        self.init(
            body: stored.text, type: stored.type, settings: try Self.settings(stored.settings),
            variables: try Self.variables(stored.variables))
    }

    private static func settings(_ json: String) throws -> [String: TemplateValue] {
        guard case .object(let settings)? = try? TemplateValue(json: json.utf8) else {
            throw LibraryError(.invalid, "the settings of this version are no JSON object: \(json.prefix(60))")
        }
        return settings
    }

    static func variables(_ json: String) throws -> [TemplateVariable] {
        if json == "[]" { return [] }
        do {
            return try JSONDecoder().decode([TemplateVariable].self, from: Data(json.utf8))
        } catch {
            throw LibraryError(.invalid, "the variables of this version are no list of variables: \(json.prefix(60))")
        }
    }

    /// Whether it makes sense, as far as that can be told before it runs.
    ///
    /// - Throws: `invalid`, saying what is wrong.
    func check() throws {
        if TemplateValue.object(settings).depth > LibraryLimits.settingsDepthMax {
            throw LibraryError(.invalid, "settings may be nested \(LibraryLimits.settingsDepthMax) deep, and no deeper")
        }
        var names: Set<String> = []
        for variable in variables {
            guard !variable.name.isEmpty else { throw LibraryError(.invalid, "a variable has no name") }
            guard names.insert(variable.name).inserted else {
                throw LibraryError(.invalid, "the variable “\(variable.name)” is declared twice")
            }
            do {
                if let text = variable.defaultValue { _ = try variable.checked(.text(text)) }
            } catch {
                throw LibraryError(.invalid, "the default of “\(variable.name)” does not fit it: \(error)")
            }
        }
    }

    /// In the one way in which the same content has the same bytes on every node.
    func stored() throws -> VersionContent {
        VersionContent(
            body: Array(body.utf8), settings: try TemplateValue.object(settings).json(),
            variables: try Self.json(variables), type: type)
    }

    private static func json(_ variables: [TemplateVariable]) throws -> String {
        if variables.isEmpty { return "[]" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(variables), as: UTF8.self)
    }
}

extension ReadTransaction {
    /// A version's content as Offbook itself would have written it.
    func canonicalContent(of version: RowID) throws -> VersionContent? {
        try content(of: version).map { try PromptContent($0).stored() }
    }
}

extension PromptContent {
    /// Of a chat its messages; nil for a text.
    package var messages: [ChatMessage]? {
        get throws {
            guard type == .chat else { return nil }
            return try ChatText.messages(body)
        }
    }
}
