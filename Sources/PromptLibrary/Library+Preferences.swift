internal import Changesets
internal import PromptTemplates
internal import ReplicaStore

/// What can be preferred, each with how its value is checked.
package enum Preference: String, Sendable, CaseIterable {
    case listSort = "list.sort"
    case listColumns = "list.columns"
    case newCategory = "new.category"
    case newFormat = "new.format"
    case newModel = "new.model"
    case newTemperature = "new.temperature"
    case newMaxTokens = "new.max_tokens"
    case levelLow = "level.low"
    case levelMedium = "level.medium"
    case levelHigh = "level.high"
    case levelUltra = "level.ultra"
    case renderLabel = "render.label"
    case exportSign = "export.sign"
    case importUnsigned = "import.unsigned"
    case importUnknownSigner = "import.unknown-signer"
    case pager

    package var help: String {
        switch self {
        case .listSort: "what `list` sorts by: name, created, updated, category or project; -updated for newest first"
        case .listColumns:
            "the columns of `list`, with commas: \(ListColumn.allCases.map(\.rawValue).joined(separator: ","))"
        case .newCategory: "the category of a new prompt"
        case .newFormat: "the template format of a new prompt: mustache, fstring, dollar or none"
        case .newModel: "the model in a new prompt's settings"
        case .newTemperature: "the temperature in a new prompt's settings, 0 to 2"
        case .newMaxTokens: "max_tokens in a new prompt's settings, at least 1"
        case .levelLow, .levelMedium, .levelHigh, .levelUltra:
            "the model that this level stands for; on the server, that of the workspace"
        case .renderLabel: "the label that `render` takes where none is given and the prompt has it"
        case .exportSign: "whether changeset files are signed: yes, or no"
        case .importUnsigned: "what becomes of changeset files that nobody signed: take, or refuse"
        case .importUnknownSigner:
            "the same for a key that is not known as the sender's: take, or refuse; else as import.unsigned"
        case .pager: "auto, or never"
        }
    }

    /// - Throws: `invalid`, saying what would do.
    func check(_ value: String) throws {
        guard isValid(value) else {
            throw LibraryError(.invalid, "“\(value)” is no value for \(rawValue): it is \(help)")
        }
    }

    private func isValid(_ value: String) -> Bool {
        switch self {
        case .listSort: PromptOrder(named: value) != nil
        case .listColumns: ListColumn.columns(named: value) != nil
        case .newFormat: TemplateFormat(rawValue: value) != nil
        case .newTemperature: isNumber(value) { (0...2).contains($0) }
        case .newMaxTokens: isNumber(value) { $0 >= 1 && $0 == $0.rounded() }
        case .newCategory, .newModel, .renderLabel, .levelLow, .levelMedium, .levelHigh, .levelUltra:
            (try? LibraryError.check(name: value)) != nil
        case .exportSign: ["yes", "no"].contains(value)
        case .importUnsigned, .importUnknownSigner: ["take", "refuse"].contains(value)
        case .pager: ["auto", "never"].contains(value)
        }
    }

    /// As JSON writes numbers, so that it can go into settings as it is.
    private func isNumber(_ text: String, _ fits: (Double) -> Bool) -> Bool {
        guard case .number(let number)? = try? TemplateValue(json: text.utf8) else { return false }
        return Double(number).map(fits) ?? false
    }
}

/// What a list can show of a prompt.
package enum ListColumn: String, Sendable, CaseIterable {
    case id, name, version, category, project, tags, description, created, updated, favourite, template, divergences

    /// Nil where one of the names is no column.
    package static func columns(named names: String) -> [ListColumn]? {
        let columns = names.split(separator: ",").map { ListColumn(rawValue: String($0.filter { $0 != " " })) }
        return columns.isEmpty || columns.contains(nil) ? nil : columns.compactMap { $0 }
    }
}

extension PromptOrder {
    /// Such as `name` or `-updated`.
    package init?(named name: String) {
        let key = name.hasPrefix("-") ? String(name.dropFirst()) : name
        guard let key = Key(rawValue: key) else { return nil }
        self.init(key, isDescending: name.hasPrefix("-"))
    }
}

/// A preference as it stands.
package struct PreferenceView: Encodable, Sendable, Equatable {
    package enum Source: String, Encodable, Sendable { case user, workspace }

    package var key: String
    /// Nil where nobody has said.
    package var value: String?
    package var source: Source?
    package var help: String
}

extension Library {
    /// All there can be, by name: one's own, or else the workspace's.
    package func preferences(_ page: PageRequest = PageRequest()) throws -> Listing<PreferenceView> {
        try replica.read { reading in
            let own = try reading.preferences(of: reading.currentUser())
            let shared = try reading.preferences(of: reading.workspaceID())
            return try page.page(
                of: Preference.allCases.map { preference in
                    let key = preference.rawValue
                    return PreferenceView(
                        key: key, value: own[key] ?? shared[key],
                        source: own[key] != nil ? .user : shared[key] != nil ? .workspace : nil, help: preference.help)
                })
        }
    }

    package func preference(_ preference: Preference) throws -> String? {
        try replica.read { try $0.preference(preference) }
    }

    /// All of which somebody has said something: oneself, or else the workspace.
    package func preferred() throws -> [Preference: String] { try replica.read { try $0.preferred() } }

    /// - Parameter isShared: whether it is to be everybody's in the workspace who has none of their own.
    package func setPreference(_ name: String, _ value: String, isShared: Bool = false) throws {
        let preference = try Self.preference(named: name)
        try preference.check(value)
        try replica.write { transaction in
            let owner = isShared ? transaction.workspace : transaction.user
            let rows = try transaction.reading.preferenceRows(of: owner, key: preference.rawValue)
            for row in rows { try transaction.update(.preferences, row, ["value": .text(value)]) }
            guard rows.isEmpty else { return }
            try transaction.insert(
                into: .preferences, NaturalKey.preference(owner, preference.rawValue),
                ["owner_id": .blob(owner), "key": .text(preference.rawValue), "value": .text(value)])
        }
    }

    package func unsetPreference(_ name: String, isShared: Bool = false) throws {
        let preference = try Self.preference(named: name)
        try replica.write { transaction in
            let owner = isShared ? transaction.workspace : transaction.user
            let rows = try transaction.reading.preferenceRows(of: owner, key: preference.rawValue)
            guard !rows.isEmpty else {
                throw LibraryError(.notFound, "\(name) is not set\(isShared ? " for the workspace" : "")")
            }
            for row in rows { try transaction.delete(from: .preferences, row) }
        }
    }

    /// - Throws: `notFound`, with all there are.
    package static func preference(named name: String) throws -> Preference {
        guard let preference = Preference(rawValue: name) else {
            let known = Preference.allCases.map(\.rawValue)
            throw LibraryError.missing(
                "preference", name, among: known, otherwise: "there is \(known.joined(separator: ", "))")
        }
        return preference
    }
}

extension ReadTransaction {
    /// One's own, or else the workspace's. What an other Offbook wrote and this one does not take
    /// counts as not said.
    func preference(_ preference: Preference) throws -> String? { try preferred()[preference] }

    /// What whoever reads prefers, or else everybody in the workspace.
    func preferred() throws -> [Preference: String] {
        let own = try preferences(of: currentUser())
        let values = try preferences(of: workspaceID()).merging(own) { $1 }
        let known = values.compactMap { name, value in
            Preference(rawValue: name).flatMap { (try? $0.check(value)) == nil ? nil : ($0, value) }
        }
        return Dictionary(uniqueKeysWithValues: known)
    }
}

extension Library {
    /// What is preferred for everybody in the workspace, by name.
    package func sharedPreferences() throws -> [String: String] {
        try replica.read { try $0.preferences(of: $0.workspaceID()) }
    }
}
