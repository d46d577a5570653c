import Testing

@testable import WebResearch

@Suite struct ResolvedNameTests {
    @Test("A name that resolves to a private address is refused, also where it has a public one")
    func names() async throws {
        let names = FixtureNames([
            "rebind.example": [["127.0.0.1"]], "mixed.example": [["93.184.215.14", "10.0.0.7"]],
            "six.example": [["2606:4700::1111", "::1"]], "none.example": [[]],
        ])
        var settings = FetchSettings.patient
        settings.resolver = names.resolver
        let fetcher = PageFetcher(settings)
        for (name, code, part) in [
            ("rebind.example", ResearchError.Code.refusedAddress, "127.0.0.1"),
            ("mixed.example", .refusedAddress, "10.0.0.7"),
            ("six.example", .refusedAddress, "::1"), ("none.example", .unresolvable, "none.example"),
        ] {
            let error = await #expect(throws: ResearchError.self) { try await fetcher.fetch("http://\(name)/") }
            #expect(error?.code == code)
            #expect(error?.message.contains(part) == true)
        }
        #expect(names.questions == ["rebind.example", "mixed.example", "six.example", "none.example"])
    }

    @Test("The connection goes to the address that was looked at, and the name is resolved once a hop")
    func pinned() async throws {
        let site = try await FixtureSite.start { $0.path == "/" ? .redirect("/next") : .html("pinned") }
        let inner = try await FixtureSite.start(host: "127.0.0.2", port: site.port) { _ in .html("secret") }
        // Allowed by its address: what the second answer of the name has is not.
        let names = FixtureNames(["flips.example": [["127.0.0.1"], ["127.0.0.1"], ["127.0.0.2"]]])
        let fetcher = site.fetcher { $0.resolver = names.resolver }
        let page = try await fetcher.fetch("http://flips.example:\(site.port)/")
        #expect(String(decoding: page.bytes, as: UTF8.self) == "pinned")
        #expect(names.questions == ["flips.example", "flips.example"])
        #expect(site.requests.map { $0.header("host") } == Array(repeating: "flips.example:\(site.port)", count: 2))
        let error = await #expect(throws: ResearchError.self) {
            try await fetcher.fetch("http://flips.example:\(site.port)/")
        }
        #expect(error?.code == .refusedAddress)
        #expect(inner.requests.isEmpty)
        try await site.stop()
        try await inner.stop()
    }

    @Test("An exception by name holds for that port only")
    func exceptions() async throws {
        try await FixtureSite.run { _ in
            .html("x")
        } _: { site in
            let names = FixtureNames(["search.internal": [["127.0.0.1"]]])
            let fetcher = site.fetcher {
                $0.resolver = names.resolver
                $0.guarding.allowed = ["search.internal:\(site.port)"]
            }
            _ = try await fetcher.fetch("http://search.internal:\(site.port)/")
            for url in ["http://search.internal/", site.base, "http://search.internal:\(site.port + 1)/"] {
                let error = await #expect(throws: ResearchError.self) { try await fetcher.fetch(url) }
                #expect(error?.code == .refusedAddress)
            }
            #expect(site.requests.count == 1)
        }
    }
}
