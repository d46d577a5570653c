internal import Crypto
internal import FoundationEssentials

/// Searches are good for an hour, reports for a day.
package struct ResearchCache: Sendable {
    package struct Lifetimes: Sendable {
        /// In seconds.
        package var searches = 3_600
        /// In seconds.
        package var reports = 86_400

        package init() {}
    }

    private struct Dated<Value: Codable>: Codable {
        /// In seconds since 1970.
        var expires: Int
        var value: Value
    }

    private let storage: any ResearchStorage
    private let lifetimes: Lifetimes
    private let now: @Sendable () -> Int

    /// - Parameter now: in seconds since 1970.
    package init(
        storage: any ResearchStorage = MemoryStorage(), lifetimes: Lifetimes = Lifetimes(),
        now: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }
    ) {
        (self.storage, self.lifetimes, self.now) = (storage, lifetimes, now)
    }

    func results(_ query: String, engine: String) async -> [SearchResult]? {
        await value(Self.key("search", [engine, query]))
    }

    func keep(_ results: [SearchResult], _ query: String, engine: String) async {
        await keep(results, Self.key("search", [engine, query]), seconds: lifetimes.searches)
    }

    func report(_ key: String) async -> ResearchReport? { await value(key) }

    func keep(_ report: ResearchReport, _ key: String) async {
        await keep(report, key, seconds: lifetimes.reports)
    }

    package func removeAll() async { await storage.removeAll() }

    static func reportKey(
        _ question: String, _ depth: ResearchDepth, engine: String, model: String, scope: String
    ) -> String {
        key("report", [question, depth.rawValue, engine, model, scope])
    }

    /// Says nothing of what was asked to who sees it.
    private static func key(_ kind: String, _ parts: [String]) -> String {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Array("\(part.utf8.count) ".utf8))
            hash.update(data: Array(part.utf8))
        }
        let digits = Array("0123456789abcdef".utf8)
        let hex = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "\(kind):\(String(decoding: hex, as: UTF8.self))"
    }

    private func value<Value: Codable>(_ key: String) async -> Value? {
        guard let bytes = await storage.bytes(for: key),
            let dated = try? JSONDecoder().decode(Dated<Value>.self, from: Data(bytes)), now() < dated.expires
        else { return nil }
        return dated.value
    }

    private func keep<Value: Codable>(_ value: Value, _ key: String, seconds: Int) async {
        let (expires, overflow) = now().addingReportingOverflow(seconds)
        guard !overflow, let data = try? JSONEncoder().encode(Dated(expires: expires, value: value)) else { return }
        await storage.keep([UInt8](data), for: key, seconds: seconds)
    }
}
