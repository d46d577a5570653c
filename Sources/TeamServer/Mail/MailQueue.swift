internal import DirectoryStore
internal import Logging
internal import Synchronization

/// Mails that wait to be sent, one after another: nobody who asks for one waits for it, or learns from the
/// time it takes whether it was sent.
struct MailQueue: Sendable {
    private let mails: AsyncStream<Mail>
    private let continuation: AsyncStream<Mail>.Continuation
    let sendmail: Sendmail
    let logger: Logger
    let counts = MailCounts()

    private static let lengthMax = 1000

    init(_ sendmail: Sendmail, logger: Logger) {
        self.sendmail = sendmail
        self.logger = logger
        (mails, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.lengthMax))
    }

    var outbox: Outbox {
        Outbox { mail in
            if case .dropped = continuation.yield(mail) { logger.error("a mail was dropped: too many wait") }
        }
    }

    /// Sends until `finish`, and what waits then.
    func run() async {
        for await mail in mails {
            do {
                try await sendmail.send(mail)
                counts.hasFailedLast = false
                logger.info("mail sent", metadata: ["to": "\(mail.to)"])
            } catch {
                counts.hasFailedLast = true
                // Nothing of its text, which holds a secret.
                logger.error("a mail could not be sent", metadata: ["to": "\(mail.to)", "error": "\(error)"])
            }
        }
    }

    func finish() { continuation.finish() }
}

/// How the sending of mails goes.
final class MailCounts: Sendable {
    private let failed = Mutex(false)

    /// Whether the last mail could not be sent.
    var hasFailedLast: Bool {
        get { failed.withLock { $0 } }
        set { failed.withLock { $0 = newValue } }
    }
}
