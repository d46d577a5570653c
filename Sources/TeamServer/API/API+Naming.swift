internal import Changesets
internal import DirectoryStore
internal import Hummingbird

extension API.Particulars {
    /// - Throws: `AccountError.notFound` for what is no id, as nothing has that.
    func id(_ name: String) throws -> RowID {
        guard let text = parameters.get(name), let id = RowID(hex: text), id.length == 16 else {
            throw AccountError(.notFound, "there is nothing of that id", field: name)
        }
        return id
    }
}

extension API {
    /// The workspace that a request is about: by its path, else by the header `Offbook-Workspace`, else the one
    /// of the token, else the only one.
    func workspace(_ particulars: Particulars, for caller: Caller) throws -> DirectoryWorkspace {
        if particulars.parameters.get("workspace") != nil {
            return try directory.workspace(particulars.id("workspace"), for: caller)
        }
        let named = particulars.workspace.map { RowID(hex: $0) }
        if let named, named?.length != 16 {
            throw AccountError(.invalid, "Offbook-Workspace is to hold a workspace's id", field: "workspace")
        }
        return try directory.workspace(named ?? nil, for: caller)
    }

    static func id(_ text: String?, _ field: String) throws -> RowID? {
        guard let text else { return nil }
        guard let id = RowID(hex: text), id.length == 16 else {
            throw AccountError(.invalid, "“\(text.prefix(40))” is no id", field: field)
        }
        return id
    }
}
