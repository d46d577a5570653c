import ArgumentParser
import Changesets
import Completions
import DirectoryStore
import Glibc
import PromptFiles
import PromptLibrary
import PromptTemplates
import ReplicaStore
import SyncClient
import SyncEngine
import TeamServer

/// The exit codes that the help promises.
enum ExitStatus: Int32 {
    case ok = 0
    case failure = 1
    case usage = 2
    case notFound = 3
    case conflict = 4
    case offline = 5
}

/// A failure that a command itself finds.
struct CommandError: Error, CustomStringConvertible {
    var status: ExitStatus
    var description: String

    init(_ status: ExitStatus = .failure, _ description: String) {
        self.status = status
        self.description = description
    }
}

enum Failure {
    /// Says what went wrong on standard error, and ends the process with the status for it.
    static func exit(with error: any Error) -> Never {
        Pager.finish()
        // Help and version are no failures, and are the parser's to print.
        if Offbook.exitCode(for: error) == .success { Offbook.exit(withError: error) }
        if let code = error as? ExitCode { Glibc.exit(code.rawValue) }
        if let status = status(of: error) {
            Console.error("offbook: \(error)")
            Glibc.exit(status.rawValue)
        }
        guard Offbook.exitCode(for: error) == .validationFailure else {
            Console.error(Offbook.fullMessage(for: error))
            Glibc.exit(ExitStatus.failure.rawValue)
        }
        let unknown = UnknownCommand.complaint(about: Array(CommandLine.arguments.dropFirst()))
        Console.error(unknown.map { "offbook: \($0)" } ?? Offbook.fullMessage(for: error))
        Glibc.exit(ExitStatus.usage.rawValue)
    }

    private static func status(of error: any Error) -> ExitStatus? {
        switch error {
        case let error as CommandError: error.status
        case let error as LibraryError: status(of: error.code)
        case let error as ReplicaError: error.code == .notFound ? .notFound : .failure
        case let problem as APIProblem: status(ofCode: problem.code)
        case let error as AccountError: error.code == .notFound ? .notFound : .failure
        case let error as CompletionError: status(of: error.code)
        case is TransportError: .offline
        case is InvalidServerAddress: .usage
        case is InvalidAuthorityFile, is ServerSetupError: .failure
        case is ChangesetError, is PromptFileError, is SyncRefusal, is TemplateError: .failure
        default: nil
        }
    }

    private static func status(ofCode code: String) -> ExitStatus {
        switch code {
        case "not-found", "ambiguous": .notFound
        case "conflict", "email-taken", "username-taken": .conflict
        default: .failure
        }
    }

    private static func status(of code: CompletionError.Code) -> ExitStatus {
        switch code {
        case .unreachable, .timedOut: .offline
        case .unknownModel: .notFound
        default: .failure
        }
    }

    private static func status(of code: LibraryError.Code) -> ExitStatus {
        switch code {
        case .notFound, .ambiguous, .noLibrary: .notFound
        case .conflict: .conflict
        case .invalid, .notConnected: .failure
        }
    }
}
