internal import FoundationEssentials

/// A time as people say it: a day, a moment, or how long ago.
enum PastTime {
    private static let units: [Character: Int64] = [
        "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
    ]

    /// - Returns: Unix milliseconds. A day begins at midnight UTC.
    /// - Throws: `invalid`, saying what would do.
    static func milliseconds(_ text: String, now: Int64) throws -> Int64 {
        if let ago = ago(text) { return now &- ago }
        let moment = text.count == 10 ? "\(text)T00:00:00Z" : text
        if let date = try? Date(moment, strategy: .iso8601) { return Int64(date.timeIntervalSince1970 * 1000) }
        throw LibraryError(
            .invalid,
            "“\(text)” is no time: give a day (2026-11-20), a moment (2026-11-20T08:00:00Z) or how long ago (7d)",
            field: "since")
    }

    private static func ago(_ text: String) -> Int64? {
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), count >= 0 else {
            return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : product
    }
}
