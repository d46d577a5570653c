import ReplicaStore

/// What can be set of a server, by the name that it has in the file. As an option it has two dashes before it, as
/// a variable of the environment it is `OFFBOOK_` and the name in capitals, with underscores.
enum ServerSetting: String, CaseIterable {
    case listen
    case data
    case tlsCertificate = "tls-certificate"
    case tlsKey = "tls-key"
    case plainHTTP = "plain-http"
    case behindProxy = "behind-proxy"
    case publicURL = "public-url"
    case rateLimit = "rate-limit"
    case rateBurst = "rate-burst"
    case corsOrigins = "cors-origins"
    case metricsToken = "metrics-token"
    case logFormat = "log-format"
    case logLevel = "log-level"
    case owner
    case privateProviders = "private-providers"
    case openProviders = "open-providers"
    case requireCredits = "require-credits"
    case upstreamCalls = "upstream-calls"
    case messageLog = "message-log"
    case messageLogDays = "message-log-days"
    case noRegistration = "no-registration"
    case noVerification = "no-verification"
    case passwordCost = "password-cost"
    case accessMinutes = "access-minutes"
    case refreshDays = "refresh-days"
    case sendmail
    case mailFrom = "mail-from"
    case retention
    case collectEvery = "collect-every"

    var variable: String { "OFFBOOK_" + rawValue.uppercased().replacing("-", with: "_") }

    /// What other prompt libraries call the same thing: it works on as it was set for them.
    var formerVariables: [String] {
        switch self {
        case .corsOrigins: ["CORS_ORIGINS", "ALLOWED_ORIGINS", "BACKEND_CORS_ORIGINS"]
        case .rateLimit: ["RATE_LIMIT_PER_MINUTE"]
        case .rateBurst: ["RATE_LIMIT_BURST"]
        case .logLevel: ["LOG_LEVEL"]
        case .accessMinutes: ["ACCESS_TOKEN_EXPIRE_MINUTES"]
        case .refreshDays: ["REFRESH_TOKEN_EXPIRE_DAYS"]
        case .mailFrom: ["EMAIL_FROM", "SMTP_FROM"]
        default: []
        }
    }

    /// Never shown, and no option: whoever lists processes would see it.
    var isSecret: Bool { self == .metricsToken }

    /// Where nobody says anything; empty for nothing.
    var standard: String {
        switch self {
        case .listen: "127.0.0.1:7331"
        case .data: DataOptions.directory(nil).path
        case .plainHTTP, .behindProxy, .privateProviders, .openProviders, .requireCredits, .messageLog,
            .noRegistration, .noVerification:
            "false"
        case .rateLimit: "100"
        case .rateBurst: "20"
        case .logFormat: "auto"
        case .logLevel: "info"
        case .owner: "owner@localhost"
        case .upstreamCalls: "50"
        case .messageLogDays: "30"
        case .passwordCost: "17"
        case .accessMinutes: "30"
        case .refreshDays: "7"
        case .retention: "30"
        case .collectEvery: "60"
        case .tlsCertificate, .tlsKey, .publicURL, .corsOrigins, .metricsToken, .sendmail, .mailFrom: ""
        }
    }
}
