internal import Changesets
internal import FoundationEssentials

/// What a server tells those who listen: how far they could pull, and what they may read.
package struct SyncEvent: Hashable, Sendable {
    package var epoch: [UInt8]
    /// The greatest position that was given.
    package var position: UInt64
    /// Names the view, as in a request; empty for everything.
    package var viewHash: [UInt8]

    package init(epoch: [UInt8], position: UInt64, viewHash: [UInt8]) {
        self.epoch = epoch
        self.position = position
        self.viewHash = viewHash
    }

    /// As it travels: a server-sent event.
    package var text: String {
        "event: head\ndata: {\"epoch\":\"\(hexadecimal(epoch))\",\"position\":\(position),\"view\":\"\(hexadecimal(viewHash))\"}\n\n"
    }

    private struct Fields: Decodable {
        var epoch: String
        var position: UInt64
        var view: String
    }

    /// - Parameter data: that of a server-sent event; nil for what is none of ours.
    package init?(data: String) {
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(data.utf8)),
            let epoch = bytes(ofHexadecimal: fields.epoch), let view = bytes(ofHexadecimal: fields.view)
        else { return nil }
        self.init(epoch: epoch, position: fields.position, viewHash: view)
    }
}
