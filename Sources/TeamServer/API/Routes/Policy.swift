internal import AccessControl

/// Who may make a request. Every route declares one; there is no default.
enum Policy: Sendable, Equatable {
    /// Anybody.
    case anonymous
    /// Whoever has an account; the rest depends on whose things they are.
    case signedIn
    /// Whoever may do that in the workspace. What is at home in a project, a group or with one user is looked
    /// at again, row by row, by `AccessControl`.
    case allowed(Action)
    /// Whoever administers the server.
    case administrator
}

extension Policy {
    /// In words, for people.
    var text: String {
        switch self {
        case .anonymous: "Nobody need sign in."
        case .signedIn: "For whoever is signed in."
        case .allowed(let action): "For whoever may \(action.words) in the workspace."
        case .administrator: "For administrators of the server."
        }
    }
}

extension Action {
    fileprivate var words: String {
        switch self {
        case .read: "read"
        case .use: "use what they read"
        case .create, .edit, .delete, .move, .share, .moveProtectedLabel: "write"
        case .purge: "purge"
        case .manageMembers: "manage members"
        case .manageWorkspace: "change the settings"
        case .administerServer: "administer the server"
        }
    }
}
