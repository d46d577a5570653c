import Testing

/// Two nodes work on one library without a network, and then meet by way of the server.
@Suite struct OfflineEditingTests {
    private let work = OfflineWork(shared: 50, edits: 200)

    @Test("200 edits on each side, and everything else: equal after a few syncs, and nothing lost")
    func worksApartThenSyncs() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let token = try server.token()
        let left = Node("left", in: scratch)
        try work.prepare(left)
        try left.connect(server, token)
        try left.sync()
        let right = try Node.joining(server, token, "right", in: scratch)

        // No server is reached while they work.
        server.kill()
        try work.perform(.left, on: left)
        try work.perform(.right, on: right)
        try server.restart()
        for node in [left, right] { try node.connect(server, token) }

        try settle(left, right)
        try work.expectOutcome(on: left, right)
        let third = try Node.joining(server, token, "third", in: scratch)
        try settle(left, right, third)
        #expect(try third.digest() == left.digest())
    }
}
