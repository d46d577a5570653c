import Foundation
import ProtocolVectors
import SwiftProtobuf
import SyncProtocol
import Testing

/// `sync-protocol/vectors/exchanges.json`: messages of http.md as bytes and as text.
@Suite("Exchange vectors")
struct ExchangeVectorTests {
    struct Case: Decodable {
        var about: String
        var message: String
        var bytes: String
        var text: [String]
    }

    private static let types: [any Message.Type] = [
        Offbook_Sync_V1_HandshakeRequest.self, Offbook_Sync_V1_HandshakeReply.self, Offbook_Sync_V1_PushRequest.self,
        Offbook_Sync_V1_PushReply.self, Offbook_Sync_V1_PullRequest.self, Offbook_Sync_V1_PullReply.self,
        Offbook_Sync_V1_LabelRequest.self, Offbook_Sync_V1_LabelReply.self, Offbook_Sync_V1_SyncFailure.self,
    ]

    @Test("bytes and text say the same")
    func messages() throws {
        let cases = try VectorFolder.cases("exchanges.json", of: Case.self)
        #expect(Set(cases.map(\.message)).count == Self.types.count, "one of each")
        for each in cases {
            let type = try #require(Self.types.first { $0.protoMessageName == "offbook.sync.v1.\(each.message)" })
            let bytes = try #require(unhex(each.bytes))
            let read = try type.init(serializedBytes: bytes)
            let written = try type.init(textFormatString: each.text.joined(separator: "\n"))
            #expect(read.isEqualTo(message: written), "\(each.about)")
            #expect(try written.serializedBytes() as [UInt8] == bytes, "\(each.about)")
        }
    }
}
