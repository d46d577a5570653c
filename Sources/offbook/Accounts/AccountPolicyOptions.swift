import ArgumentParser
import DirectoryStore
import SyncClient
import TeamServer

/// What `serve` takes about accounts and mail.
struct AccountPolicyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Who runs the server, where nobody does yet.", valueName: "email"))
    var owner = "owner@localhost"
    @Flag(help: "Take new accounts by invitation only.") var noRegistration = false
    @Flag(help: "Don't verify that addresses are those of who gives them.") var noVerification = false
    @Option(
        help: ArgumentHelp(
            "How much work a password takes: the binary logarithm of scrypt's N. Each step doubles it, and the 128 MiB that 17 takes.",
            valueName: "n"))
    var passwordCost = PasswordCost().logarithm
    @Option(
        help: ArgumentHelp(
            "A command that takes a mail, such as 'sendmail -i -t'; without it none are sent.", valueName: "command"))
    var sendmail: String?
    @Option(help: ArgumentHelp("Who mails are from.", valueName: "address")) var mailFrom: String?
    @Option(help: ArgumentHelp("The address by which people reach the server, for links in mails.", valueName: "url"))
    var publicURL: String?
    @Flag(help: "A proxy stands before the server: believe its X-Forwarded-For.") var behindProxy = false

    func validate() throws {
        guard (14...20).contains(passwordCost) else {
            throw ValidationError("--password-cost takes a number from 14 to 20.")
        }
        if let mailFrom, mailFrom.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value > 0x7E }) {
            throw ValidationError("--mail-from takes an address in plain ASCII.")
        }
    }

    func apply(to configuration: inout TeamServer.Configuration) throws {
        configuration.trustsProxy = behindProxy
        configuration.policy.isRegistrationOpen = !noRegistration
        configuration.policy.requiresVerification = !noVerification
        configuration.policy.passwordCost = PasswordCost(logarithm: passwordCost)
        configuration.sendmail = sendmail
        configuration.mailSender = mailFrom
        configuration.publicAddress = try publicURL.map { try HTTPSyncTransport.base(of: $0) }
    }
}
