import Testing

@testable import WebResearch

@Suite struct AddressTests {
    @Test("Every block of the list is one")
    func blocks() {
        #expect(AddressBlock.all.count == AddressBlock.written.count)
        #expect(AddressBlock.all.count > 30)
    }

    @Test(
        "Addresses of the public network are",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
            "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0", "198.17.255.255", "198.20.0.0", "203.0.114.0", "223.255.255.255", "2606:4700::1111",
            "2001:4860:4860::8888", "2a00:1450::1", "2001:200::", "2003::", "2620:4f:8001::1", "3ffe::1",
        ])
    func publicOnes(_ text: String) throws {
        #expect(AddressGuard.objection(to: try #require(IPAddress(text))) == nil)
    }

    @Test(
        "All others are not",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1",
            "127.255.255.255", "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192",
            "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7",
            "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1",
            "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:10::1",
            "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2620:4f:8000::1", "3fff::1", "3fff:fff::1", "5f00::1",
            "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "4000::1", "1000::1", "e000::1",
        ])
    func otherOnes(_ text: String) throws {
        #expect(AddressGuard.objection(to: try #require(IPAddress(text))) != nil)
    }

    @Test(
        "What is no URL of a page is refused",
        arguments: [
            "", "example.org", "ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", "http:/example.org",
            "http://", "http:///x", "http://a@b.org/", "http://example.org@127.0.0.1/", "http://exa mple.org/",
            "http://example.org\\@127.0.0.1/", "http://example.org:x/", "http://example.org:0/",
            "http://example.org:65536/", "http://example.org:99999999999999999999/", "http://[::1/", "http://[::g]/",
            "http://[127.0.0.1]/", "http://[::1]x/", "http://exämple.org/", "http://a\u{0}b/", "http://a\r\nb/",
            "http://[fe80::1%25eth0]/", "gopher://example.org/", "http://a/" + String(repeating: "x", count: 3000),
        ])
    func invalid(_ text: String) {
        let error = #expect(throws: ResearchError.self) { try WebAddress(text) }
        #expect(error?.code == .invalidAddress)
    }

    @Test(
        "What is one is written as it is asked for",
        arguments: [
            ("http://Example.ORG", "http://example.org/"), ("HTTPS://example.org:443/a?b#c", "https://example.org/a?b"),
            ("http://example.org.:8080/", "http://example.org:8080/"),
            ("http://example.org?q=1", "http://example.org/?q=1"),
            ("http://[::0:1]:80/x", "http://[::1]/x"),
            ("http://example.org/ä%20%zz|", "http://example.org/%C3%A4%20%25zz%7C"),
            ("http://2130706433/", "http://2130706433/"), ("http://example.org:/", "http://example.org/"),
        ])
    func valid(_ text: String, _ written: String) throws {
        #expect(try WebAddress(text).description == written)
    }

    @Test(
        "Redirects lead where RFC 3986 says",
        arguments: [
            ("https://b.org/x", "https://b.org/x"), ("//b.org/x", "http://b.org/x"), ("/x", "http://a.org:81/x"),
            ("x", "http://a.org:81/d/x"), ("../x", "http://a.org:81/x"), ("../../x", "http://a.org:81/x"),
            ("./", "http://a.org:81/d/"), ("?y=../z", "http://a.org:81/d/e?y=../z"), ("", "http://a.org:81/d/e?q"),
            ("#f", "http://a.org:81/d/e?q"), ("x?u=http://c/", "http://a.org:81/d/x?u=http://c/"),
        ])
    func redirects(_ location: String, _ target: String) throws {
        #expect(try WebAddress("http://a.org:81/d/e?q").following(location).description == target)
    }

    @Test("The system's resolver knows this machine, and says so of what it does not know")
    func system() async throws {
        #expect(try await Resolver.system.addresses("127.0.0.1").map(\.description) == ["127.0.0.1"])
        #expect(try await Resolver.system.addresses("2130706433").map(\.description) == ["127.0.0.1"])
        let error = await #expect(throws: ResearchError.self) {
            try await Resolver.system.addresses("nothing-here.invalid")
        }
        #expect(error?.code == .unresolvable)
    }

    @Test("A lookup that never ends is left behind")
    func slowResolver() async throws {
        var settings = FetchSettings.patient
        settings.resolve = 20
        settings.resolver = Resolver { _ in try await SettledOnce<[IPAddress]>().value() }
        let fetcher = PageFetcher(settings)
        let error = await #expect(throws: ResearchError.self) { try await fetcher.fetch("http://example.org/") }
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("example.org") == true)
    }
}
