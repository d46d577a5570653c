import Completions
import PromptLibrary
import PromptTemplates
import SyncClient
import SyncEngine

/// Waits until a job is over, and syncs for it where there is a server.
struct JobWait {
    let library: Library
    /// Nil without a server: then whoever else writes into the library brings the answer.
    let transport: HTTPSyncTransport?
    let seconds: Int

    /// Between two looks.
    private static let pauses = [0.25, 0.5, 1, 2]

    /// - Returns: a job that is done, has failed or was cancelled.
    /// - Throws: `CommandError` `offline` where it is not over in time.
    func wait(for id: String) async throws -> JobView {
        let end = ContinuousClock.now + .seconds(seconds)
        var round = 0
        while true {
            try await sync()
            let job = try library.job(id)
            if job.isOver { return job }
            guard ContinuousClock.now < end else {
                throw CommandError(
                    .offline, "the job is \(job.state.rawValue) still; look again with offbook jobs show \(job.shortID)"
                )
            }
            try await Task.sleep(for: .seconds(Self.pauses[min(round, Self.pauses.count - 1)]))
            round += 1
        }
    }

    /// Without a network the next round tries again.
    private func sync() async throws {
        guard let transport else { return }
        do {
            _ = try await library.sync(over: transport)
        } catch is TransportError {}
    }
}

extension JobView {
    /// What people see of its id.
    var shortID: String { String(id.suffix(8)) }

    var isOver: Bool {
        switch state {
        case .done, .failed, .cancelled: true
        case .queued, .running: false
        }
    }

    /// Of an answer in OpenAI's format; nil for any other.
    var answerText: String? {
        answer.flatMap { try? $0.json() }.flatMap { try? WireFormat.openai.answer(Array($0.utf8)) }?.text
    }

    var model: String? {
        if case .object(let fields) = request, case .text(let model)? = fields["model"] { model } else { nil }
    }
}

enum JobPrint {
    /// - Throws: `CommandError` for a job that has no answer.
    static func printAnswer(_ job: JobView, isJSON: Bool) throws {
        if isJSON { try JSONOutput.print(job) }
        switch job.state {
        case .done where isJSON: break
        case .done: Console.printText(Array((job.answerText ?? job.answer.flatMap { try? $0.json() } ?? "").utf8))
        case .failed: throw CommandError(.failure, "the job has failed: \(job.error ?? "it does not say why")")
        case .cancelled: throw CommandError(.failure, "the job was cancelled")
        case .queued, .running:
            throw CommandError(.offline, "the job is \(job.state.rawValue) still\(job.error.map { ": \($0)" } ?? "")")
        }
    }
}
