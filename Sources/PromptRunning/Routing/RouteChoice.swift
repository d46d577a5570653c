package import PromptLibrary

/// Which way a prompt is run.
package enum RouteChoice: String, Sendable, CaseIterable {
    /// The first of the others, in their order, that is there.
    case auto
    /// Only an answer that is kept.
    case cache
    /// A model server on this machine.
    case local
    /// The workspace's team server.
    case server
    /// A provider elsewhere, with a key on this machine.
    case direct
    /// Later, by the team server, or by this machine's daemon where there is no server.
    case queue

    var routes: [UsageRoute] {
        switch self {
        case .auto: [.cache, .local, .server, .direct, .queue]
        case .cache: [.cache]
        case .local: [.local]
        case .server: [.server]
        case .direct: [.direct]
        case .queue: [.queue]
        }
    }
}

/// A way that was not taken.
package struct PassedRoute: Sendable {
    package var route: UsageRoute
    package var reason: String
    /// Whether somebody is there who could not be reached.
    package var isUnreachable = false
}

/// The way that was taken.
package struct TakenRoute: Sendable {
    package var route: UsageRoute
    /// Who answers: a provider's name; empty for the queue.
    package var provider: String
    package var passed: [PassedRoute]

    /// For people, in a line.
    package var wording: String {
        let why = passed.map { "\($0.route.rawValue): \($0.reason)" }.joined(separator: "; ")
        let who = provider.isEmpty || provider == ServerRoute.providerName ? "" : " (\(provider))"
        return "route \(route.rawValue)\(who)\(why.isEmpty ? "" : ", as \(why)")"
    }
}
