import ArgumentParser
import DirectoryStore
import FoundationEssentials
import Logging
import MessageLog
import ReplicaStore
import SyncClient
import TeamServer

/// The settings as what they mean. What is wrong is named with its place.
extension ServerSettings {
    private func wrong(_ setting: ServerSetting, _ wanted: String) -> any Error {
        let shown = setting.isSecret ? "" : ", not “\(self[setting].text)”"
        let source = self[setting].source
        // What was typed wrong is answered with the usage, too.
        guard !source.hasPrefix("--") else { return ValidationError("\(source) takes \(wanted)\(shown).") }
        return CommandError(.usage, "\(setting.rawValue) (\(source)) takes \(wanted)\(shown)")
    }

    /// Nil where nothing is set.
    private func text(_ setting: ServerSetting) -> String? {
        self[setting].text.isEmpty ? nil : self[setting].text
    }

    private func isOn(_ setting: ServerSetting) throws -> Bool {
        switch self[setting].text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: throw wrong(setting, "true or false")
        }
    }

    private func number(_ setting: ServerSetting, _ range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(self[setting].text), range.contains(number) else {
            throw wrong(setting, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    var data: DataDirectory { DataDirectory(path: self[.data].text) }
    var owner: String { self[.owner].text }

    func logger() throws -> Logger {
        let name = self[.logLevel].text.lowercased()
        guard let level = Logger.Level(rawValue: name == "warn" ? "warning" : name) else {
            throw wrong(.logLevel, "one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
        }
        var logger = try isLogText ? textLogger : Logger(label: "offbook") { JSONLogHandler(label: $0) }
        logger.logLevel = level
        return logger
    }

    private var textLogger: Logger { Logger(label: "offbook") { StreamLogHandler.standardError(label: $0) } }

    private var isLogText: Bool {
        get throws {
            switch self[.logFormat].text {
            case "auto": Console.isErrorTerminal
            case "text": true
            case "json": false
            default: throw wrong(.logFormat, "auto, json or text")
            }
        }
    }

    func configuration() throws -> TeamServer.Configuration {
        let (host, port) = try address()
        var configuration = TeamServer.Configuration(host: host, port: port, collection: try collection())
        configuration.version = Offbook.version
        configuration.trustsProxy = try isOn(.behindProxy)
        configuration.tls = try tls()
        try refuseOpenPlain(host, configuration)
        configuration.rateLimits = try rateLimits()
        configuration.origins = try origins()
        configuration.metricsToken = text(.metricsToken)
        configuration.policy = try policy()
        configuration.allowsPrivateProviders = try isOn(.privateProviders)
        configuration.upstreamCalls = try number(.upstreamCalls, 1...10_000)
        configuration.messageLog.isOn = try isOn(.messageLog)
        configuration.messageLog.retentionDays = try number(.messageLogDays, 0...36_525)
        configuration.environment = { Console.variable($0) }
        configuration.sendmail = text(.sendmail)
        configuration.mailSender = try mailSender()
        configuration.publicAddress = try text(.publicURL).map { try HTTPSyncTransport.base(of: $0) }
        return configuration
    }

    private func address() throws -> (String, Int) {
        let listen = self[.listen].text
        guard let colon = listen.lastIndex(of: ":"), let port = UInt16(listen[listen.index(after: colon)...]),
            colon > listen.startIndex
        else { throw wrong(.listen, "an address and a port, such as 127.0.0.1:7331") }
        let host = String(listen[..<colon])
        return (host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host, Int(port))
    }

    private func tls() throws -> TLSFiles? {
        switch (text(.tlsCertificate), text(.tlsKey)) {
        case (nil, nil): return nil
        case (let certificate?, let key?): return TLSFiles(certificate: certificate, key: key)
        default: throw CommandError(.usage, "tls-certificate and tls-key go together: one of them is not set")
        }
    }

    /// Passwords and keys must not go through a network in plain text because nobody thought of it.
    private func refuseOpenPlain(_ host: String, _ configuration: TeamServer.Configuration) throws {
        let isMeant = try isOn(.plainHTTP) || configuration.trustsProxy
        guard configuration.tls == nil, !isMeant, !Loopback.isLoopback(host) else { return }
        throw CommandError(
            .usage,
            "\(host) can be reached from other machines, and passwords would go there in plain text: give "
                + "--tls-certificate and --tls-key; or --behind-proxy, where a proxy of yours speaks TLS; or "
                + "--plain-http, if the network is yours alone")
    }

    private func rateLimits() throws -> RateLimits? {
        if ["off", "false", "0"].contains(self[.rateLimit].text.lowercased()) { return nil }
        return RateLimits(
            perMinute: try number(.rateLimit, 1...1_000_000), burst: try number(.rateBurst, 1...1_000_000))
    }

    /// Separated by commas; or a list as JSON has it, as other systems take it.
    private func origins() throws -> [String] {
        let list = self[.corsOrigins].text.filter { !"[]\"' ".contains($0) }
        let origins = list.split(separator: ",").map { $0.hasSuffix("/") ? String($0.dropLast()) : String($0) }
        for origin in origins {
            guard let url = URL(string: origin), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false,
                url.path.isEmpty, url.query == nil
            else { throw wrong(.corsOrigins, "origins such as https://prompts.example.org, with commas between") }
        }
        return origins
    }

    private func policy() throws -> DirectoryPolicy {
        var policy = DirectoryPolicy()
        policy.isRegistrationOpen = try !isOn(.noRegistration)
        policy.requiresVerification = try !isOn(.noVerification)
        policy.requiresCredits = try isOn(.requireCredits)
        // Where nobody comes in uninvited, all are trusted.
        policy.sharesProviders = try isOn(.openProviders) || !policy.isRegistrationOpen
        policy.passwordCost = PasswordCost(logarithm: try number(.passwordCost, 14...20))
        policy.sessions.accessLife = Int64(try number(.accessMinutes, 1...1440)) * 60_000
        policy.sessions.refreshLife = Int64(try number(.refreshDays, 1...365)) * CollectionTerms.day
        return policy
    }

    private func mailSender() throws -> String? {
        let sender = text(.mailFrom)
        if let sender, sender.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value > 0x7E }) {
            throw wrong(.mailFrom, "an address in plain ASCII")
        }
        return sender
    }

    private func collection() throws -> TeamServer.Collection {
        guard let minutes = Double(self[.collectEvery].text), (0.001...100_000).contains(minutes) else {
            throw wrong(.collectEvery, "a number of minutes, such as 60")
        }
        let days = try number(.retention, RetentionOption.range)
        let isStandard = self[.retention].source == "standard"
        return TeamServer.Collection(
            interval: .seconds(minutes * 60), retention: isStandard ? nil : Int64(days) * CollectionTerms.day)
    }
}
