internal import Changesets
internal import HTTPTypes
internal import PromptTemplates

/// Which workspace a request names, in its path, a header, its query or its body.
extension Call {
    /// Nil where it names none, or `me`: then the usual one is meant.
    var workspaceName: String? {
        let named =
            parameters["workspace"] ?? HTTPField.Name("Offbook-Workspace").flatMap { headers[$0] }
            ?? Self.workspaceWords.lazy.compactMap { query[$0] }.first ?? workspaceNameInBody
        return named.map { name in RowID(hex: name).flatMap { $0.length == 16 ? $0.hex : nil } ?? name }
    }

    /// As old systems name a workspace: by their words, in the query or among the other fields.
    private static let workspaceWords = ["workspace", "tenant_id", "organization_id", "workspace_id"]

    private var workspaceNameInBody: String? {
        guard route.input != nil, !body.isEmpty, let fields = try? TemplateValue(json: body) else { return nil }
        let names = (Self.workspaceWords + Self.workspaceWords.map(camelCase)).filter { $0 != "workspace" }
        return names.lazy.compactMap { fields[$0]?.text }.first
    }
}

/// A workspace's name as it stands in an address: “Stage team” is `stage-team`.
enum Slug {
    static func of(_ name: String) -> String {
        name.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    }
}
