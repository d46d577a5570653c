import Changesets
import Foundation
import Glibc
import ReplicaStore
import SwiftProtobuf
import SyncEngine
import SyncProtocol

/// Some requests of a client, each as `RequestScript` has it, to a server with a real replica. What changed
/// it makes room for a fresh one, so that each input meets the same server.
final class ServerTarget: FuzzRunning {
    private let folder: String
    private let template: String
    private var replica: Replica
    private var number = 0
    private static let time: Int64 = 1_800_000_000_000
    private static let surroundings = Surroundings(clock: { time }, home: { _ in "" })

    init() throws {
        let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
        folder = "\(base)/offbook-fuzz-\(getpid())"
        template = "\(folder)/template.sqlite"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let founding = Replica.Founding(
            workspace: FuzzIdentity.workspace, workspaceName: "Team", nodeName: "server", userName: "server")
        try Replica.create(path: template, founding, Self.surroundings)
        replica = try Self.open(template, "\(folder)/0.sqlite")
    }

    private static func open(_ template: String, _ path: String) throws -> Replica {
        try FileManager.default.copyItem(atPath: template, toPath: path)
        return try Replica(path: path, surroundings)
    }

    func run(_ input: [UInt8]) {
        do {
            var hasChanged = false
            for request in try RequestScript(input, replica.serverIdentity()).requests {
                hasChanged = answer(request) || hasChanged
            }
            if hasChanged { try renew() }
        } catch {
            find("the server can't go on: \(error)")
        }
    }

    /// - Returns: whether the server may hold something now that it did not.
    private func answer(_ request: SyncRequest) -> Bool {
        do {
            switch try ServerSync(replica).handle(request) {
            case .push(let reply) where reply.applied:
                try checkWhole()
                return true
            case .push, .label: return true
            default: return false
            }
        } catch is SyncRefusal {
            return false
        } catch is ChangesetError {
            return false
        } catch {
            find("not a refusal: \(error)")
        }
    }

    /// What a server has taken it can publish, and finds nothing wrong with.
    private func checkWhole() throws {
        let findings = try replica.examine()
        guard findings.isEmpty else { find("damaged by a push: \(findings)") }
        let published = try replica.published(after: 0)
        if !published.page.isEmpty { _ = try ChangesetPage(encoded: published.page[...]) }
    }

    private func renew() throws {
        let path = replica.path
        try replica.close()
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
        number += 1
        replica = try Self.open(template, "\(folder)/\(number).sqlite")
    }
}

enum FuzzIdentity {
    static let workspace = RowID(hex: "0190a1b2c3d47e5f8a9b0c1d2e3f4a00") ?? .uuid7(at: 0)
    static let replica = [UInt8](repeating: 0xA0, count: 16)
}
