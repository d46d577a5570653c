import ReplicaStore
import Testing

@testable import TeamServer

@Suite struct RateLimiterTests {
    private let subject = RateSubject(address: "192.0.2.1")

    @Test("A burst is granted, then as many as the rate gives")
    func burst() {
        let limiter = RateLimiter(RateLimits(perMinute: 60, burst: 3))
        let grants = (0..<4).map { _ in limiter.take(subject, now: 10) }
        #expect(grants.map(\.isAllowed) == [true, true, true, false])
        #expect(grants.map(\.remaining) == [2, 1, 0, 0])
        #expect(grants[3].retryAfter == 1)
        #expect(grants[3].reset == 3)
        #expect(!limiter.take(subject, now: 10.5).isAllowed)
        #expect(limiter.take(subject, now: 11).isAllowed)
        #expect(!limiter.take(subject, now: 11).isAllowed)
    }

    @Test("Over a minute it grants the rate and one burst, however the requests are spread")
    func rate() {
        let limiter = RateLimiter(RateLimits(perMinute: 100, burst: 20))
        let granted = (0..<6000).count { limiter.take(subject, now: Double($0) / 100).isAllowed }
        #expect((119...120).contains(granted))
    }

    @Test("Subjects don't share a bucket; a time that goes back takes nothing away")
    func apart() {
        let limiter = RateLimiter(RateLimits(perMinute: 60, burst: 1))
        #expect(limiter.take(subject, now: 5).isAllowed)
        #expect(limiter.take(RateSubject(address: "192.0.2.2"), now: 5).isAllowed)
        #expect(!limiter.take(subject, now: 1).isAllowed)
        #expect(limiter.take(subject, now: 6.1).isAllowed)
    }

    @Test("Memory is bounded, and who asks all the time is not forgotten by others coming")
    func bounded() {
        let limiter = RateLimiter(RateLimits(perMinute: 60, burst: 2), subjectsMax: 100)
        for number in 0..<10_000 {
            _ = limiter.take(RateSubject(address: "a\(number)"), now: 0)
            let grant = limiter.take(subject, now: 0)
            #expect(grant.isAllowed == (number < 2))
        }
        #expect(limiter.count <= 100)
    }

    @Test("Made-up credentials are not remembered; a revoked one is accepted no more")
    func credentials() {
        let limiter = RateLimiter(RateLimits())
        for number in 0..<1000 { limiter.setAccepted(RateSubject(credential: "x\(number)"), false, now: 0) }
        #expect(limiter.count == 0)
        let known = RateSubject(credential: "obk_1")
        limiter.setAccepted(known, true, now: 0)
        #expect(limiter.isAccepted(known))
        limiter.setAccepted(known, false, now: 0)
        #expect(!limiter.isAccepted(known))
    }

    @Test(
        "Addresses of one IPv6 network count as one",
        arguments: [
            ("2001:db8:1:2::1", "2001:db8:1:2:aaaa::9", true), ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
            ("::1", "::2", true), ("192.0.2.1", "192.0.2.2", false),
        ])
    func networks(a: String, b: String, areOne: Bool) {
        #expect((RateSubject(address: a) == RateSubject(address: b)) == areOne)
    }
}

@Suite struct LoopbackTests {
    @Test(arguments: ["127.0.0.1", "127.1.2.3", "localhost", "::1"]) func loopback(host: String) {
        #expect(Loopback.isLoopback(host))
    }

    @Test(arguments: ["0.0.0.0", "::", "127.evil.example", "127.0.0.1.example", "10.0.0.1", ""])
    func others(host: String) { #expect(!Loopback.isLoopback(host)) }
}

@Suite struct LoggedPathTests {
    @Test("A key in a path, and what drives a terminal, don't get into the log")
    func masked() {
        #expect(LoggedPath.text("/api/v1/obk_0123456789abcdef0123/x") == "/api/v1/obk_…/x")
        #expect(LoggedPath.text("/a\u{1B}[31m\nb") == "/a?[31m?b")
        #expect(LoggedPath.text(String(repeating: "a", count: 9999)).utf8.count == 512)
    }
}
