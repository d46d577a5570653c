import Foundation

/// What a command printed, and the status it ended with.
struct Outcome: CustomStringConvertible {
    var status: Int32
    var output: String
    var error: String

    var description: String { "status \(status)\nstdout: \(output.prefix(2000))\nstderr: \(error.prefix(2000))" }

    /// The output without the line break at its end.
    var line: String { output.trimmingCharacters(in: .newlines) }

    var json: JSON {
        get throws { try JSON(parsing: output) }
    }
}

/// A command of a test's preparation went wrong.
struct UnexpectedStatus: Error, CustomStringConvertible {
    var command: String
    var outcome: Outcome

    var description: String { "\(command): \(outcome)" }
}

/// One node: a data directory, and the commands run on it.
struct Node {
    let scratch: Scratch
    let name: String

    init(_ name: String, in scratch: Scratch) {
        self.name = name
        self.scratch = scratch
    }

    var data: String { scratch.path + "/" + name }

    /// The path of the one replica that it holds.
    var replica: String {
        get throws {
            let folder = data + "/workspaces"
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sqlite") }
            guard files.count == 1 else { throw Complaint("\(name) holds \(files.count) replicas: \(files)") }
            return folder + "/" + files[0]
        }
    }

    /// Runs a command of any outcome.
    func attempt(_ arguments: String..., environment: [String: String] = [:], input: String? = nil) throws -> Outcome {
        try attempt(arguments, environment: environment, input: input)
    }

    func attempt(_ arguments: [String], environment: [String: String] = [:], input: String? = nil) throws -> Outcome {
        let words = ["exec", "offbook"] + (arguments + ["--data", data]).map(quoted)
        let result = try shell(
            words.joined(separator: " "), environment: environment, in: scratch.path, input: input)
        return Outcome(status: result.status, output: result.output, error: result.error)
    }

    /// Runs a command that has to end well.
    @discardableResult
    func run(_ arguments: String..., environment: [String: String] = [:], input: String? = nil) throws -> Outcome {
        try run(arguments, environment: environment, input: input)
    }

    @discardableResult
    func run(_ arguments: [String], environment: [String: String] = [:], input: String? = nil) throws -> Outcome {
        let outcome = try attempt(arguments, environment: environment, input: input)
        guard outcome.status == 0 else {
            throw UnexpectedStatus(command: "\(name): offbook \(arguments.joined(separator: " "))", outcome: outcome)
        }
        return outcome
    }

    /// What a command that has to end well prints with `--json`.
    func json(_ arguments: String...) throws -> JSON {
        let outcome = try attempt(arguments + ["--json"])
        guard outcome.status == 0 else {
            throw UnexpectedStatus(command: "\(name): offbook \(arguments.joined(separator: " "))", outcome: outcome)
        }
        return try outcome.json
    }

    /// The items of a list.
    func items(_ arguments: String...) throws -> [JSON] {
        let outcome = try attempt(arguments + ["--json"])
        guard outcome.status == 0, let items = try outcome.json["items"].array else {
            throw UnexpectedStatus(command: "\(name): offbook \(arguments.joined(separator: " "))", outcome: outcome)
        }
        return items
    }

    func digest() throws -> String { try run("digest").line }

    /// Many commands in one script, in which `$DATA` is the data directory and is passed on by the
    /// environment.
    @discardableResult
    func script(_ script: String, environment: [String: String] = [:]) throws -> String {
        let variables = ["DATA": data, "OFFBOOK_DATA": data].merging(environment) { $1 }
        let result = try shell(script, environment: variables, in: scratch.path)
        let outcome = Outcome(status: result.status, output: result.output, error: result.error)
        guard outcome.status == 0 else {
            throw UnexpectedStatus(command: "\(name): \(script.prefix(400))", outcome: outcome)
        }
        return outcome.output
    }

    /// Runs SQL in the plain `sqlite3` shell, on the replica's file.
    @discardableResult
    func sql(_ statements: String) throws -> String {
        try sqlite(replica, statements)
    }

    func count(_ table: String) throws -> Int {
        try Int(sql("SELECT count(*) FROM \(table)")) ?? -1
    }
}

/// Something that a test can't go on with.
struct Complaint: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// A word that bash takes as it stands.
func quoted(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }

/// Runs SQL in the plain `sqlite3` shell, stopping at the first error.
func sqlite(_ file: String, _ statements: String) throws -> String {
    let result = try shell(
        "sqlite3 -bail -cmd '.timeout 60000' -batch \(quoted(file))", input: statements + "\n")
    guard result.status == 0, result.error.isEmpty else {
        throw Complaint("sqlite3: \(statements.prefix(400)): \(result.error)")
    }
    return result.output.trimmingCharacters(in: .newlines)
}

/// Runs a Python program, whose output is what it found.
func python(_ program: String, _ arguments: String...) throws -> String {
    let words = ["exec", "python3", "-c", quoted(program)] + arguments.map(quoted)
    let result = try shell(words.joined(separator: " "))
    guard result.status == 0 else { throw Complaint("python3: \(result.error)") }
    return result.output.trimmingCharacters(in: .newlines)
}
