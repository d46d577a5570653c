import Synchronization

@testable import WebResearch

/// Names and their addresses, one answer after the other, the last one again and again.
final class FixtureNames: Sendable {
    private let answers: Mutex<[String: [[String]]]>
    private let asked = Mutex<[String]>([])

    init(_ answers: [String: [[String]]]) { self.answers = Mutex(answers) }

    var questions: [String] { asked.withLock { $0 } }

    var resolver: Resolver {
        Resolver { host in
            self.asked.withLock { $0.append(host) }
            return self.answers.withLock { answers in
                let next = answers[host]?.first ?? []
                if let left = answers[host], left.count > 1 { answers[host] = Array(left.dropFirst()) }
                return next.compactMap { IPAddress($0) }
            }
        }
    }
}
