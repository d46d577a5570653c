import Changesets
import Foundation
import SwiftProtobuf
import SyncEngine
import SyncProtocol

/// Requests as bytes: for each its kind, what is to be put right in it, its length in two bytes, the lower
/// first, and a message. Chance does not guess an epoch of 16 bytes, so they can be put right.
struct RequestScript {
    struct Step {
        var kind: UInt8
        /// Bit 0: who asks and what it follows. Bit 1: a page's message is compressed first.
        var mends: UInt8
        var message: [UInt8]

        static let whoAsks: UInt8 = 1
        static let page: UInt8 = 2

        var bytes: [UInt8] {
            [kind, mends, UInt8(message.count & 0xFF), UInt8(message.count >> 8 & 0xFF)] + message
        }
    }

    private static let requestsMax = 8
    private let server: ServerIdentity
    private(set) var requests: [SyncRequest] = []

    init(_ input: [UInt8], _ server: ServerIdentity) {
        self.server = server
        var rest = input[...]
        while rest.count >= 4, requests.count < Self.requestsMax {
            let head = Array(rest.prefix(4))
            let message = Array(rest.dropFirst(4).prefix(Int(head[2]) | Int(head[3]) << 8))
            rest = rest.dropFirst(4 + message.count)
            if let request = request(Step(kind: head[0], mends: head[1], message: message)) { requests.append(request) }
        }
    }

    private func request(_ step: Step) -> SyncRequest? {
        let isRight = step.mends & Step.whoAsks != 0
        switch step.kind % 4 {
        case 0: return (try? HandshakeRequest(serializedBytes: step.message)).map { .handshake($0) }
        case 1:
            guard var push = try? PushRequest(serializedBytes: step.message) else { return nil }
            if isRight { putRight(&push) }
            if step.mends & Step.page != 0 { push.page = Data(Stored.stream(Array(push.page)[...])) }
            return .push(push)
        case 2:
            guard var pull = try? PullRequest(serializedBytes: step.message) else { return nil }
            if isRight { putRight(&pull) }
            return .pull(pull)
        default:
            guard var label = try? LabelRequest(serializedBytes: step.message) else { return nil }
            if isRight { label.workspaceID = Data(server.workspace.bytes) }
            return .label(label)
        }
    }

    private func putRight(_ push: inout PushRequest) {
        push.workspaceID = Data(server.workspace.bytes)
        push.replicaID = Data(FuzzIdentity.replica)
        push.epoch = Data(server.epoch)
        push.pushID = Data(FuzzIdentity.replica)
        (push.followsSeq, push.followsNonce) = (0, Data())
    }

    private func putRight(_ pull: inout PullRequest) {
        pull.workspaceID = Data(server.workspace.bytes)
        pull.replicaID = Data(FuzzIdentity.replica)
        pull.epoch = Data(server.epoch)
        (pull.followsSeq, pull.followsNonce) = (0, Data())
    }
}
