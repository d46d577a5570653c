import AccessControl
import Foundation
import PromptTemplates

@testable import TeamServer

/// Who asks, in the matrix of routes and people.
enum Asker: String, CaseIterable, Sendable {
    case anonymous, viewer, member, admin, owner, stranger, revokedKey, expiredToken, refreshToken

    var role: Role? {
        switch self {
        case .viewer: .viewer
        case .member: .member
        case .admin: .admin
        case .owner: .owner
        default: nil
        }
    }

    /// The status that the route's policy asks for; nil where the request is let through.
    func refusal(_ policy: Policy) -> Int? {
        if policy == .anonymous { return nil }
        if [.anonymous, .revokedKey, .expiredToken, .refreshToken].contains(self) { return 401 }
        switch policy {
        case .anonymous, .signedIn: return nil
        case .administrator: return 403
        case .allowed(let action):
            guard let role else { return 404 }
            let actor = Actor(account: "", view: ReadView(isMember: true), role: role)
            return AccessControl.decide(actor, action).isAllowed ? nil : 403
        }
    }
}

/// One request of the matrix.
struct MatrixRequest {
    var path: String
    var body: TemplateValue?
    /// The status where it is let through.
    var status: Int
    /// Who has to be there only for this request, as it changes their account.
    var needsOwnAccount = false
}
