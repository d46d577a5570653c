import Testing

@testable import WebResearch

@Suite struct FetchTests {
    @Test("A page is fetched, and we say who we are")
    func page() async throws {
        try await FixtureSite.run { _ in
            .html("<p>Hello")
        } _: { site in
            let page = try await site.fetcher().fetch(site.base + "/a?b=c#d")
            #expect(String(decoding: page.bytes, as: UTF8.self) == "<p>Hello")
            #expect((page.type.media, page.type.charset, page.isCut) == ("text/html", "utf-8", false))
            let request = try #require(site.requests.first)
            #expect(request.path == "/a?b=c")
            #expect(request.header("user-agent")?.contains("Offbook") == true)
            #expect(request.header("accept-encoding") == "identity")
            #expect(await eventually { site.open == 0 })
        }
    }

    @Test(
        "Nothing private is asked for",
        arguments: [
            "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://2130706433/", "http://0x7f.1/",
            "http://0177.0.0.1/", "http://127.1/", "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/",
            "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "https://10.0.0.1/", "http://[fd00::1]/",
        ])
    func privateOnes(_ url: String) async {
        let fetcher = PageFetcher(.patient)
        let error = await #expect(throws: ResearchError.self) { try await fetcher.fetch(url) }
        #expect(error?.code == .refusedAddress, "\(String(describing: error))")
        #expect(error?.message.contains("not public") == true)
    }

    @Test("Ports are those of the web")
    func ports() async {
        let fetcher = PageFetcher(.patient)
        let error = await #expect(throws: ResearchError.self) { try await fetcher.fetch("http://1.1.1.1:22/") }
        #expect(error?.code == .refusedAddress)
        #expect(error?.message.contains("22") == true)
    }

    @Test(
        "A redirect to anything private is not followed",
        arguments: [
            "http://127.0.0.1:OTHER/secret", "//127.0.0.1:OTHER/secret", "http://localhost:OTHER/secret",
            "http://[::1]/", "http://[::1]:OTHER/", "http://169.254.169.254/latest/meta-data/", "http://2130706433/",
            "http://2130706433:OTHER/", "file:///etc/passwd", "gopher://127.0.0.1/", "http://a:b@1.1.1.1/",
            "http://rebind.example/", "http:\\\\127.0.0.1/",
        ])
    func redirect(_ location: String) async throws {
        let other = try await FixtureSite.start { _ in .html("secret") }
        let target = location.replacing("OTHER", with: String(other.port))
        try await FixtureSite.run { _ in
            .redirect(target)
        } _: { site in
            let fetcher = site.fetcher { settings in
                settings.resolver = Resolver { host in
                    host == "rebind.example"
                        ? [try #require(IPAddress("127.0.0.1"))]
                        : try await Resolver.system.addresses(host)
                }
            }
            let error = await #expect(throws: ResearchError.self) { try await fetcher.fetch(site.base + "/") }
            #expect(error?.code == .refusedAddress, "\(String(describing: error))")
            #expect(site.paths == ["/"])
        }
        #expect(other.requests.isEmpty)
        try await other.stop()
    }

    @Test("A redirect elsewhere on the same site is followed")
    func redirects() async throws {
        try await FixtureSite.run {
            $0.path == "/a/b" ? .redirect("../c", status: 307) : .html("there")
        } _: { site in
            let page = try await site.fetcher().fetch(site.base + "/a/b")
            #expect(page.address.description == site.base + "/c")
            #expect(site.paths == ["/a/b", "/c"])
        }
    }

    @Test("Redirects without end come to one")
    func endless() async throws {
        try await FixtureSite.run {
            .redirect($0.path + "x")
        } _: { site in
            let error = await #expect(throws: ResearchError.self) { try await site.fetcher().fetch(site.base + "/") }
            #expect(error?.code == .tooManyRedirects)
            #expect(site.requests.count == 6)
        }
    }
}
