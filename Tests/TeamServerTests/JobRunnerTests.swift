import Changesets
import Completions
import DirectoryStore
import Foundation
import PromptLibrary
import PromptRunning
import PromptTemplates
import ProviderStub
import ReplicaStore
import SyncClient
import Synchronization
import Testing

@testable import TeamServer

@Suite("Queued jobs")
struct JobRunnerTests {
    private static func request(_ model: String) -> String {
        #"{"model": "\#(model)", "messages": [{"role": "user", "content": "Say hello."}], "stream": true}"#
    }

    @Test("What is queued without a network is run by the server, and the answer comes to both of the user's machines")
    func travels() async throws {
        let stub = try await ProviderStub.start(StubModels.script)
        try await withServer(stub.environment) { server in
            let (owner, workspace) = try await server.owner()
            let a = try MachineNode("a", workspace, server, owner)
            let b = try MachineNode("b", workspace, server, owner, user: a.user)
            let job = try a.library.queue(NewJob(request: Self.request("stub"), label: "greeting"))
            let done = try await a.job(job.id)
            #expect(done.state == .done && done.attempts == 1 && done.error == nil)
            #expect(done.answer?["choices"][0]["message"]["content"].string.hasPrefix("The quick") == true)
            #expect(done.use?.route == .queue && done.use?.outcome == .ok)
            #expect(try await b.job(job.id).answer == done.answer)
            #expect(try a.library.usage(by: .kind).items.map(\.count) == [1])
            #expect(stub.count == 1)
        }
        try await stub.stop()
    }

    @Test("A server that ends while a job runs begins it anew, and it is charged once")
    func restart() async throws {
        let stub = try await ProviderStub.start(StubModels.script)
        let first = try await RunningServer.start(stub.environment)
        let (owner, workspace) = try await first.owner()
        try first.store.setPlan(.fixed, of: owner.account.id)
        try first.store.grantCredits(5, to: owner.account.id)
        let a = try MachineNode("a", workspace, first, owner)
        let job = try a.library.queue(NewJob(request: Self.request("slow")))
        try await a.sync()
        try await until { stub.count > 0 }
        await first.end()
        #expect(try first.store.ledger.status(of: owner.account.id).balance == 5)
        let second = try await RunningServer.start(stub.environment, in: first.folder)
        let done = try await a.at(second, owner).job(job.id)
        #expect(done.state == .done && done.attempts == 2)
        #expect(try second.store.ledger.status(of: owner.account.id).balance == 4)
        let settled = try second.store.ledger.entries(limit: 100).filter { $0.kind == .settle }
        #expect(settled.map(\.charge) == ["job:\(job.id):1"])
        await second.stop()
        try await stub.stop()
    }

    @Test("A job whose charge was settled by a server that was killed then is run anew, and costs nothing more")
    func settledBefore() async throws {
        let stub = try await ProviderStub.start(StubModels.script)
        let first = try await RunningServer.start()
        let (owner, workspace) = try await first.owner()
        try first.store.setPlan(.fixed, of: owner.account.id)
        try first.store.grantCredits(1, to: owner.account.id)
        let a = try MachineNode("a", workspace, first, owner)
        let job = try a.library.queue(NewJob(request: Self.request("stub")))
        await first.end()
        try await Self.killed(first, job.id, owner)
        let second = try await RunningServer.start(stub.environment, in: first.folder)
        let done = try await a.at(second, owner).job(job.id)
        #expect(done.state == .done && stub.count == 1)
        #expect(try second.store.ledger.status(of: owner.account.id).balance == 0)
        await second.stop()
        try await stub.stop()
    }

    /// What a server leaves that is killed between the charge and the answer.
    private static func killed(_ server: RunningServer, _ job: String, _ owner: Person) async throws {
        let place = try #require(try server.store.claimedWorkspaces().first)
        let request = ChargeRequest("job:\(job):1", account: owner.account.id, workspace: place.key, isJob: true)
        guard case .reserved(let held) = try await server.store.ledger.reserve(request) else {
            throw Complaint("nothing was reserved")
        }
        try await server.store.ledger.settle(held, Spending(cost: 1, tokens: 1))
    }

    @Test("Without credits a job fails and says why; with them it can be tried again")
    func credits() async throws {
        let stub = try await ProviderStub.start(StubModels.script)
        try await withServer(stub.environment) { server in
            let (owner, workspace) = try await server.owner()
            try server.store.setPlan(.fixed, of: owner.account.id)
            let a = try MachineNode("a", workspace, server, owner)
            let job = try a.library.queue(NewJob(request: Self.request("stub")))
            let failed = try await a.job(job.id)
            #expect(failed.state == .failed && failed.error?.contains("no credits left") == true)
            #expect(stub.count == 0)
            try server.store.grantCredits(1, to: owner.account.id)
            try a.library.retryJob(job.id)
            #expect(try await a.job(job.id, isnt: .failed).state == .done)
            #expect(try server.store.ledger.status(of: owner.account.id).balance == 0)
        }
        try await stub.stop()
    }

    @Test("A job that is cancelled while it runs stops, is not charged, and what fails says what failed")
    func ends() async throws {
        let stub = try await ProviderStub.start { request, _ in
            request.text.contains("hang") ? StubReply([.hang]) : StubModels.script(request, 0)
        }
        try await withServer(stub.environment) { server in
            let (owner, workspace) = try await server.owner()
            try server.store.setPlan(.fixed, of: owner.account.id)
            try server.store.grantCredits(3, to: owner.account.id)
            let a = try MachineNode("a", workspace, server, owner)
            let refused = try a.library.queue(NewJob(request: Self.request("refusing")))
            #expect(try await a.job(refused.id).state == .failed)
            #expect(try a.library.job(refused.id).error?.contains("it is wrong") == true)
            let job = try a.library.queue(NewJob(request: Self.request("hang")))
            try await a.sync()
            try await until { stub.requests.contains { $0.text.contains("hang") } }
            try a.library.cancelJob(job.id)
            try await a.sync()
            try await until { stub.cancelled > 0 }
            try await until { try server.store.ledger.status(of: owner.account.id).reserved == 0 }
            try await a.sync()
            #expect(try a.library.job(job.id).state == .cancelled)
            #expect(try server.store.ledger.status(of: owner.account.id).balance == 3)
        }
        try await stub.stop()
    }

    @Test("A node runs its own jobs, and lets wait what nobody can be asked for now")
    func ownNode() async throws {
        let stub = try await ProviderStub.start(StubModels.script)
        let folder = NSTemporaryDirectory() + "offbook-tests-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let data = DataDirectory(path: folder)
        let replica = try data.create(
            Replica.Founding(workspace: .uuid7(at: 1), workspaceName: "own", nodeName: "n", userName: "u"))
        let library = Library(replica)
        let environment = stub.environment
        let sources = ProviderSources(keys: ProviderKeys(data), allowsPrivateAddresses: true) { environment[$0] }
        let job = try library.queue(NewJob(request: Self.request("stub"), runner: nil))
        let port = stub.port
        try await stub.stop()
        var pace = JobPace()
        (pace.wait, pace.waitMax) = (20, 40)
        let runner = JobRunner(
            NodeJobs(data, sources) { _ in replica }, pace, logger: RunningServer.silent)
        let running = Task { await runner.run() }
        try await until { try library.job(job.id).error != nil }
        #expect(try library.job(job.id).state != .failed)
        let again = try await ProviderStub.start(port: port, StubModels.script)
        try await until { try library.job(job.id).state == .done }
        running.cancel()
        await running.value
        try await again.stop()
    }
}

/// Jobs of a node whose site fails as it is told to, before it lets them be run.
@Suite("Queued jobs that fail")
struct FailingJobTests {
    private static let request = #"{"model": "stub", "messages": [{"role": "user", "content": "Say hello."}]}"#

    private static func playing(
        _ failures: [any Error], script: @escaping StubScript = StubModels.script,
        _ body: (Library, ProviderStub) async throws -> Void
    ) async throws {
        let stub = try await ProviderStub.start(script)
        let folder = NSTemporaryDirectory() + "offbook-tests-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let data = DataDirectory(path: folder)
        let replica = try data.create(
            Replica.Founding(workspace: .uuid7(at: 1), workspaceName: "own", nodeName: "n", userName: "u"))
        let environment = stub.environment
        let sources = ProviderSources(keys: ProviderKeys(data), allowsPrivateAddresses: true) { environment[$0] }
        var pace = JobPace()
        (pace.wait, pace.waitMax, pace.attemptsMax) = (10, 20, 3)
        let site = FailingSite(NodeJobs(data, sources) { _ in replica }, failures)
        let runner = JobRunner(site, pace, logger: RunningServer.silent)
        let running = Task { await runner.run() }
        do { try await body(Library(replica), stub) } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        await running.value
        try await stub.stop()
    }

    @Test("A run that is cut off though nobody asked for it is begun again")
    func cutOff() async throws {
        try await Self.playing([CancellationError(), CompletionError(.cancelled, "?")]) { library, _ in
            let job = try library.queue(NewJob(request: Self.request, runner: nil))
            try await until { try library.job(job.id).state == .done }
            #expect(try library.job(job.id).attempts == 3)
        }
    }

    @Test("A provider that breaks off its answers is not asked for ever, and one that can't be reached is")
    func brokenOff() async throws {
        var broken = CompletionError(.unreachable, "broken off")
        broken.hasBegun = true
        let unreachable = CompletionError(.unreachable, "nobody there")
        let failures = [unreachable, unreachable, unreachable, unreachable, broken, unreachable, broken, broken]
        try await Self.playing(failures) { library, stub in
            let job = try library.queue(NewJob(request: Self.request, runner: nil))
            try await until { try library.job(job.id).state == .failed }
            #expect(try library.job(job.id).attempts == 8 && stub.count == 0)
            try library.retryJob(job.id)
            try await until { try library.job(job.id).state == .done }
        }
    }

    @Test("A job that is cancelled and tried again at once is run once at a time")
    func cancelledAndRetried() async throws {
        let script: StubScript = { request, number in
            number == 0 ? StubReply([.hang]) : StubModels.script(request, number)
        }
        try await Self.playing([], script: script) { library, stub in
            let job = try library.queue(NewJob(request: Self.request, runner: nil))
            try await until { stub.count == 1 }
            try library.atomically { library in
                try library.cancelJob(job.id)
                try library.retryJob(job.id)
            }
            try await until { try library.job(job.id).state == .done }
            #expect(stub.cancelled == 1 && stub.count == 2)
            #expect(try library.job(job.id).attempts == 1)
        }
    }
}

/// Where nothing is run before some errors have been thrown.
private final class FailingSite: JobSite {
    private let site: NodeJobs
    private let failures: Mutex<[any Error]>
    var data: DataDirectory { site.data }
    var side: RunningSide { site.side }

    init(_ site: NodeJobs, _ failures: [any Error]) {
        self.site = site
        self.failures = Mutex(failures)
    }

    func workspaces() -> [RowID] { site.workspaces() }
    func library(of workspace: RowID) throws -> Library { try site.library(of: workspace) }
    func wait(after error: any Error) -> Int64? { nil }

    func desk(for claim: ClaimedJob, in workspace: RowID) throws -> JobDesk {
        if let failure = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw failure }
        return try site.desk(for: claim, in: workspace)
    }
}

/// Waits for something that will be so, and complains after a minute.
func until(_ isSo: () throws -> Bool) async throws {
    for _ in 0..<3000 {
        if try isSo() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw Complaint("what was waited for did not come")
}

/// A library on a machine of somebody's, that is synced when it is told to.
private struct MachineNode {
    let library: Library
    let user: RowID
    private var transport: HTTPSyncTransport

    init(
        _ name: String, _ workspace: String, _ server: RunningServer, _ person: Person, user: RowID? = nil
    ) throws {
        let data = DataDirectory(path: server.folder + "-\(name)")
        self.user = user ?? .uuid7(at: systemMilliseconds())
        library = Library(
            try data.create(
                Replica.Founding(
                    workspace: try #require(RowID(hex: workspace)), workspaceName: nil, nodeName: name,
                    userName: person.email, user: self.user)))
        transport = try HTTPSyncTransport(url: server.url, token: person.token)
    }

    func at(_ server: RunningServer, _ person: Person) throws -> MachineNode {
        var node = self
        node.transport = try HTTPSyncTransport(url: server.url, token: person.token)
        return node
    }

    func sync() async throws { _ = try await library.sync(over: transport) }

    /// A job as it is when it has ended.
    func job(_ id: String, isnt other: JobState? = nil) async throws -> JobView {
        for _ in 0..<600 {
            try await sync()
            if let job = try? library.job(id), [.done, .failed, .cancelled].contains(job.state), job.state != other {
                return job
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Complaint("the job does not end: \(String(describing: try? library.job(id)))")
    }
}
