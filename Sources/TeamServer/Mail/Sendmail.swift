internal import DirectoryStore
internal import Glibc
internal import Subprocess
internal import SystemPackage

/// Hands mails to the machine's own mail program, as Unix programs do.
struct Sendmail: Sendable {
    /// A command line for the shell, which reads a whole mail and takes the recipients from it: `sendmail -i -t`.
    let command: String
    /// What stands in `From:`; the mail program's choice where nil.
    let sender: String?

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    func send(_ mail: Mail) async throws {
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", command],
            input: .fileDescriptor(try Self.filledPipe(message(mail)), closeAfterSpawningProcess: true),
            output: .discarded, error: .discarded)
        guard result.terminationStatus.isSuccess else {
            throw Failure(description: "\(command) ended with \(result.terminationStatus)")
        }
    }

    /// What a pipe takes before anybody reads from it, on every Linux.
    private static let bytesMax = 32 << 10

    /// The end to read of a pipe that holds all of a text.
    ///
    /// Not written by Subprocess while the command runs, as it ends this process where the command does not
    /// read to the end (1.0.2).
    private static func filledPipe(_ text: String) throws -> FileDescriptor {
        guard text.utf8.count <= bytesMax else { throw Failure(description: "a mail has more than \(bytesMax) bytes") }
        let (reading, writing) = try FileDescriptor.pipe(options: .closeOnExec)
        do {
            try writing.closeAfter { _ = try writing.writeAll(text.utf8) }
            return reading
        } catch {
            try? reading.close()
            throw error
        }
    }

    /// The form of RFC 5322. Addresses and subjects are of plain ASCII without line breaks.
    func message(_ mail: Mail) -> String {
        var headers = ["To: \(mail.to)", "Subject: \(mail.subject)", "Date: \(Self.date())"]
        if let sender { headers.append("From: \(sender)") }
        headers += [
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
            // So that holiday notices and the like don't answer.
            "Auto-Submitted: auto-generated",
        ]
        return headers.joined(separator: "\n") + "\n\n" + mail.text + "\n"
    }

    /// In English, as the process stays in the C locale.
    private static func date() -> String {
        var (seconds, parts) = (time(nil), tm())
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 40)
        let length = strftime(&buffer, buffer.count, "%a, %d %b %Y %H:%M:%S +0000", &parts)
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
