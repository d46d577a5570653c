import Testing

@testable import WebResearch

@Suite struct FetchLimitTests {
    private static let type = [(name: "content-type", value: "text/html")]

    @Test("Of 50 MB two are read, and the site is not left to send the rest")
    func large() async throws {
        let size = 50_000_000
        try await FixtureSite.run { _ in
            FixtureReply(headers: Self.type, pieces: [.bytes(Array("<p>start ".utf8)), .filler(size)])
        } _: { site in
            let page = try await site.fetcher().fetch(site.base)
            #expect((page.bytes.count, page.isCut) == (2 << 20, true))
            #expect(await eventually { site.open == 0 })
            // What the system's buffers hold comes on top.
            #expect(site.written < size / 2)
            let text = try await PageText.of(page, charactersMax: 1000)
            #expect(text.text.hasPrefix("start xxx"))
            #expect((text.isCut, text.text.count) == (true, 1000))
        }
    }

    @Test("A body of exactly as many bytes as are read is whole")
    func exact() async throws {
        try await FixtureSite.run { _ in
            FixtureReply(headers: Self.type, pieces: [.filler(1000)])
        } _: { site in
            let page = try await site.fetcher { $0.bodyBytesMax = 1000 }.fetch(site.base)
            #expect((page.bytes.count, page.isCut) == (1000, false))
        }
    }

    @Test(
        "What is no text is refused before its body is read",
        arguments: [
            "application/pdf", "image/png", "application/octet-stream", "text/css", "application/json", "", nil,
        ])
    func types(_ type: String?) async throws {
        try await FixtureSite.run { _ in
            FixtureReply(headers: type.map { [("content-type", $0)] } ?? [], pieces: [.hang])
        } _: { site in
            let error = await #expect(throws: ResearchError.self) { try await site.fetcher().fetch(site.base) }
            #expect(error?.code == .refusedType)
            #expect(await eventually { site.open == 0 })
        }
    }

    @Test("What is compressed is refused before it is unpacked", arguments: ["gzip", "br", "deflate, gzip"])
    func bomb(_ encoding: String) async throws {
        try await FixtureSite.run { _ in
            FixtureReply(headers: Self.type + [("content-encoding", encoding)], pieces: [.hang])
        } _: { site in
            let error = await #expect(throws: ResearchError.self) { try await site.fetcher().fetch(site.base) }
            #expect(error?.code == .refusedType)
            #expect(error?.message.contains("compressed") == true)
        }
    }

    @Test("A site's errors are told with their number", arguments: [400, 404, 429, 500, 503])
    func statuses(_ status: Int) async throws {
        try await FixtureSite.run { _ in
            .status(status)
        } _: { site in
            let error = await #expect(throws: ResearchError.self) { try await site.fetcher().fetch(site.base) }
            #expect((error?.code, error?.status) == (.refused, status))
        }
    }

    @Test("A redirect without a target is an error")
    func nowhere() async throws {
        try await FixtureSite.run { _ in
            .status(302)
        } _: { site in
            let error = await #expect(throws: ResearchError.self) { try await site.fetcher().fetch(site.base) }
            #expect(error?.code == .refused)
        }
    }

    @Test(
        "A site that does not answer, or a byte now and then, is left",
        arguments: ["/silent", "/drip", "/hang", "/slow"])
    func hanging(_ path: String) async throws {
        try await FixtureSite.run { request in
            switch request.path {
            case "/silent": .silence
            case "/drip": FixtureReply(headers: Self.type, pieces: [.drip(10)])
            case "/hang": FixtureReply(headers: Self.type, pieces: [.bytes([0x78]), .hang])
            default: .redirect("/silent")
            }
        } _: { site in
            let fetcher = site.fetcher { $0.total = 200 }
            let error = await #expect(throws: ResearchError.self) { try await fetcher.fetch(site.base + path) }
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("200 ms") == true)
            #expect(await eventually { site.open == 0 })
        }
    }

    @Test("A site that breaks off, speaks no HTTP, or is not there, can't be reached")
    func broken() async throws {
        let site = try await FixtureSite.start { _ in
            FixtureReply(headers: Self.type + [("content-length", "100")], pieces: [.bytes([0x78]), .cut])
        }
        let (fetcher, base) = (site.fetcher(), site.base)
        let broken = await #expect(throws: ResearchError.self) { try await fetcher.fetch(base) }
        #expect(broken?.code == .unreachable)
        try await site.stop()
        let gone = await #expect(throws: ResearchError.self) { try await fetcher.fetch(base) }
        #expect(gone?.code == .unreachable)
    }

    @Test("An endless header is not read to its end")
    func header() async throws {
        try await FixtureSite.run { _ in
            FixtureReply(headers: Self.type + [("x", String(repeating: "y", count: 1 << 20))], pieces: [.bytes([0x78])])
        } _: { site in
            let error = await #expect(throws: ResearchError.self) { try await site.fetcher().fetch(site.base) }
            #expect(error?.code == .unreachable)
        }
    }

    @Test("Who is cancelled closes the connection")
    func cancelled() async throws {
        try await FixtureSite.run { _ in
            FixtureReply(headers: Self.type, pieces: [.bytes([0x78]), .hang])
        } _: { site in
            let (fetcher, base) = (site.fetcher { $0.total = 600_000 }, site.base)
            let task = Task { try await fetcher.fetch(base) }
            #expect(await eventually { site.requests.count == 1 })
            task.cancel()
            let error = await #expect(throws: ResearchError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(await eventually { site.open == 0 })
        }
    }
}
