import ArgumentParser

/// Where a server listens, and who may ask how much.
struct ListenOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Address and port; port 0 takes any free one. 127.0.0.1:7331 unless given.", valueName: "host:port"))
    var listen: String?
    @Option(help: ArgumentHelp("The server's certificate, a file of PEM.", valueName: "file"), completion: .file())
    var tlsCertificate: String?
    @Option(help: ArgumentHelp("The certificate's key, a file of PEM.", valueName: "file"), completion: .file())
    var tlsKey: String?
    @Flag(help: "Speak plain HTTP to other machines, too.") var plainHTTP = false
    @Flag(help: "A proxy stands before the server: believe its X-Forwarded-For.") var behindProxy = false
    @Option(help: ArgumentHelp("The address by which people reach the server, for links in mails.", valueName: "url"))
    var publicURL: String?
    @Option(
        help: ArgumentHelp("Requests a minute of one key or one address, or off; 100 unless given.", valueName: "n"))
    var rateLimit: String?
    @Option(help: ArgumentHelp("So many of them at once; 20 unless given.", valueName: "n")) var rateBurst: String?
    @Option(
        help: ArgumentHelp(
            "An origin whose pages may ask the server from a browser; several may be given.", valueName: "origin"))
    var corsOrigins: [String] = []

    var given: [ServerSetting: String] {
        var given: [ServerSetting: String] = [:]
        given[.listen] = listen
        given[.tlsCertificate] = tlsCertificate
        given[.tlsKey] = tlsKey
        given[.plainHTTP] = plainHTTP ? "true" : nil
        given[.behindProxy] = behindProxy ? "true" : nil
        given[.publicURL] = publicURL
        given[.rateLimit] = rateLimit
        given[.rateBurst] = rateBurst
        given[.corsOrigins] = corsOrigins.isEmpty ? nil : corsOrigins.joined(separator: ",")
        return given
    }
}

/// What a server takes about accounts and mail.
struct AccountPolicyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Who runs the server, where nobody does yet; owner@localhost unless given.", valueName: "email"))
    var owner: String?
    @Flag(help: "Take new accounts by invitation only.") var noRegistration = false
    @Flag(help: "Don't verify that addresses are those of who gives them.") var noVerification = false
    @Option(
        help: ArgumentHelp(
            "How much work a password takes: the binary logarithm of scrypt's N. Each step doubles it, and the 128 MiB that 17 takes. 17 unless given.",
            valueName: "n"))
    var passwordCost: String?
    @Option(help: ArgumentHelp("How long a sign-in's token lives; 30 unless given.", valueName: "n"))
    var accessMinutes: String?
    @Option(help: ArgumentHelp("How long it can be had anew without a password; 7 unless given.", valueName: "n"))
    var refreshDays: String?
    @Option(
        help: ArgumentHelp(
            "A command that takes a mail, such as 'sendmail -i -t'; without it none are sent.", valueName: "command"))
    var sendmail: String?
    @Option(help: ArgumentHelp("Who mails are from.", valueName: "address")) var mailFrom: String?

    var given: [ServerSetting: String] {
        var given: [ServerSetting: String] = [:]
        given[.owner] = owner
        given[.noRegistration] = noRegistration ? "true" : nil
        given[.noVerification] = noVerification ? "true" : nil
        given[.passwordCost] = passwordCost
        given[.accessMinutes] = accessMinutes
        given[.refreshDays] = refreshDays
        given[.sendmail] = sendmail
        given[.mailFrom] = mailFrom
        return given
    }
}

/// What a server takes about completions.
struct CompletionOptions: ParsableArguments {
    @Flag(help: "Ask providers on this machine or its network, too, where a workspace names such.")
    var privateProviders = false
    @Flag(
        help: """
            Let workspaces that others made use the keys in the server's environment, such as OPENAI_API_KEY, though \
            anybody may register.
            """)
    var openProviders = false
    @Flag(help: "Accounts without a plan may spend nothing.") var requireCredits = false
    @Option(
        help: ArgumentHelp(
            "How many calls to providers are under way at once; others wait. 50 unless given.", valueName: "n"))
    var upstreamCalls: String?
    @Flag(help: "Log what is sent to models and comes back, sealed; who does not want it opts out.")
    var messageLog = false
    @Option(
        help: ArgumentHelp(
            "After how many days logged messages are erased; 30 unless given, 0 for never.", valueName: "days"))
    var messageLogDays: String?

    var given: [ServerSetting: String] {
        var given: [ServerSetting: String] = [:]
        given[.privateProviders] = privateProviders ? "true" : nil
        given[.openProviders] = openProviders ? "true" : nil
        given[.requireCredits] = requireCredits ? "true" : nil
        given[.upstreamCalls] = upstreamCalls
        given[.messageLog] = messageLog ? "true" : nil
        given[.messageLogDays] = messageLogDays
        return given
    }
}

/// All that a server can be told on the command line.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A file of settings, in YAML. Or set OFFBOOK_CONFIG.", valueName: "file"),
        completion: .file())
    var config: String?
    @OptionGroup var listen: ListenOptions
    @OptionGroup var accounts: AccountPolicyOptions
    @OptionGroup var completions: CompletionOptions
    @Option(help: ArgumentHelp("How long what was deleted can be brought back; 30 unless given.", valueName: "days"))
    var retention: String?
    @Option(
        help: ArgumentHelp("How often it drops what was deleted longer ago; 60 unless given.", valueName: "minutes"))
    var collectEvery: String?
    @Option(help: ArgumentHelp("auto, json or text; auto is text on a terminal, else JSON.", valueName: "format"))
    var logFormat: String?
    @Option(help: ArgumentHelp("The least that is logged: debug, info, notice, warning or error.", valueName: "level"))
    var logLevel: String?
    @OptionGroup var data: DataOptions

    func settings() throws -> ServerSettings {
        var given = listen.given.merging(accounts.given) { $1 }.merging(completions.given) { $1 }
        given[.retention] = retention
        given[.collectEvery] = collectEvery
        given[.logFormat] = logFormat
        given[.logLevel] = logLevel
        given[.data] = data.data
        return try ServerSettings(options: given, file: config)
    }
}
