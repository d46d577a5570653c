import ArgumentParser
import Glibc
import ProviderStub

/// A provider of language models that answers by script, for the gateway to be measured and tested against.
struct StubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stub",
        abstract: "Stand in for a provider of language models, in OpenAI's and Anthropic's formats.",
        discussion: """
            What happens is named by the model:

            GET \(ProviderStub.statePath) tells how many requests there were, how many answers were left before \
            their end, and the body of the last request.

            \(StubModels.names.map { "\($0.name): \($0.what)" }.joined(separator: "\n"))
            """,
        shouldDisplay: false)

    @Option(help: "The port on 127.0.0.1; any free one if not given.")
    var port = 0

    func run() async throws {
        let stub = try await ProviderStub.start(port: port, keeps: false, StubModels.script)
        print("listening on \(stub.base)")
        // At once, also into a pipe.
        fflush(nil)
        try await stub.wait()
    }
}
