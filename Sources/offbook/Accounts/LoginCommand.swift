import ArgumentParser
import PromptLibrary
import ReplicaStore
import SyncClient

struct Login: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Sign in to a server, on this machine.",
        discussion: """
            The machine gets an API key of its own, which offbook logout ends.

              offbook login https://prompts.example.org --email ada@example.org
              offbook login https://prompts.example.org --email ada@example.org --register
              offbook login https://prompts.example.org --email ada@example.org --invitation CODE
            """)

    @Argument(help: "The server's address.") var url: String
    @Option(help: "Your e-mail address.") var email: String?
    @Flag(help: "Read the password from standard input, and a new one, where it takes one, from the next line.")
    var passwordStdin = false
    @Flag(help: "Make the account first.") var register = false
    @Option(help: ArgumentHelp("Your name, for a new account.", valueName: "name")) var name: String?
    @Option(help: ArgumentHelp("The code of an invitation.", valueName: "code")) var invitation: String?
    @Option(help: ArgumentHelp("The code that was mailed to verify your address.", valueName: "code")) var code: String?
    @Option(help: ArgumentHelp("What to call this machine.", valueName: "name")) var node: String?
    @OptionGroup var data: DataOptions
    @Flag(name: .long, help: "Print JSON.") var json = false

    private struct Report: Encodable {
        var server: String
        var email: String
        var workspaces: [String]
    }

    func run() async throws {
        let base = try HTTPSyncTransport.base(of: url)
        let email = try email ?? PasswordInput.readPlain("E-mail: ")
        let password = try PasswordInput.read("Password for \(email): ", fromInput: passwordStdin)
        let open = try ServerAPI(url: base)
        if register { try await makeAccount(open, email, password) }
        if let code { try await verify(open, email, code) }
        let device = try await signIn(open, email, password)
        guard let key = device.apiKey.key else { throw CommandError(.failure, "the server gave no key") }
        try data.directory.keep(Credential(url: base, email: device.user.email, key: key))
        let api = try ServerAPI(url: base, token: key)
        if let invitation, !register { try await accept(api, invitation) }
        try await report(api, base)
    }

    private func report(_ api: ServerAPI, _ base: String) async throws {
        let session: ServerAnswer.Session = try await api.get("auth/session")
        let names = session.workspaces.map(\.name)
        if json { return try JSONOutput.print(Report(server: base, email: session.user.email, workspaces: names)) }
        Console.print("Signed in to \(base) as \(session.user.email).")
        Console.print(names.isEmpty ? "No workspaces yet." : "Workspaces: \(names.joined(separator: ", "))")
        Console.print("Now: offbook connect \(base)")
    }

    private struct Registration: Encodable {
        var email: String
        var password: String
        var name: String?
        var invitation: String?
    }

    private func makeAccount(_ api: ServerAPI, _ email: String, _ password: String) async throws {
        let answer: ServerAnswer.Registration = try await api.send(
            .post, "auth/register",
            Registration(email: email, password: password, name: name, invitation: invitation))
        guard answer.status != "ready" else { return }
        guard Console.isInputTerminal, !passwordStdin else {
            Console.error(answer.detail)
            throw CommandError(.failure, "verify the address: offbook login \(url) --email \(email) --code CODE")
        }
        try await verify(api, email, PasswordInput.readPlain("The code that was mailed to \(email): "))
    }

    private struct Verification: Encodable {
        var email: String
        var code: String
    }

    private func verify(_ api: ServerAPI, _ email: String, _ code: String) async throws {
        let _: ServerAnswer.Done = try await api.send(
            .post, "auth/verify-email", Verification(email: email, code: code))
    }

    private struct SignIn: Encodable {
        var email: String
        var password: String
        var newPassword: String?
        var device: String
    }

    private func signIn(_ api: ServerAPI, _ email: String, _ password: String) async throws -> ServerAnswer.Device {
        var request = SignIn(email: email, password: password, device: node ?? Machine.hostName)
        do {
            return try await api.send(.post, "auth/login", request)
        } catch let problem as APIProblem where problem.code == "password-change-required" {
            Console.error("This password works once. Choose a new one.")
            request.newPassword = try PasswordInput.read("New password: ", fromInput: passwordStdin)
            return try await api.send(.post, "auth/login", request)
        }
    }

    private struct Acceptance: Encodable { var code: String }

    private func accept(_ api: ServerAPI, _ code: String) async throws {
        let _: ServerAnswer.Workspace = try await api.send(.post, "invitations/accept", Acceptance(code: code))
    }
}
