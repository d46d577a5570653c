import Foundation
import Testing

/// A real SMTP server that keeps what it gets (`Tests/Python/mail`), and the command that hands mails to it.
final class MailSink {
    static let whyNot: Comment = "no python3 here has aiosmtpd (Debian: apt-get install python3-aiosmtpd)"

    private static let scripts = repository.appending(components: "Tests", "Python", "mail").path

    /// `OFFBOOK_PYTHON` names another one.
    private static let python: String? =
        [ProcessInfo.processInfo.environment["OFFBOOK_PYTHON"], "python3", "/usr/bin/python3"].compactMap { $0 }
        .first { (try? shell("exec \(quoted($0)) -c 'import aiosmtpd'"))?.status == 0 }

    static var isReady: Bool { python != nil }

    private let process = Process()
    private let input = Pipe()
    private let folder: String
    /// What `serve --sendmail` is to be given.
    let sendmail: String

    init(in scratch: Scratch) throws {
        guard let python = Self.python else { throw Complaint("no Python") }
        folder = scratch.path + "/mails"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [python, "\(Self.scripts)/sink.py", folder]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Complaint("the mail sink does not come up: \(line)")
        }
        sendmail = "\(quoted(python)) \(quoted("\(Self.scripts)/sendmail.py")) \(port)"
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// What was mailed to an address, in the order in which it came.
    func mails(to address: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".mail") }
        return try names.sorted { (Int($0.dropLast(5)) ?? 0) < (Int($1.dropLast(5)) ?? 0) }
            .map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8).replacing("\r\n", with: "\n") }
            .filter { $0.hasPrefix("RCPT \(address)\n") }
    }

    /// The mail of that number to an address, once it has come.
    func mail(_ number: Int, to address: String) throws -> String {
        try eventually("mail \(number) to \(address) comes") { try mails(to: address).count >= number }
        return try mails(to: address)[number - 1]
    }
}
