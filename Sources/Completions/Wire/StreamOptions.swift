/// What a relay is asked for besides passing events on.
struct StreamOptions: Sendable {
    /// Whether the client asked for the count of tokens.
    var wantsUsage = false
    /// Whether the provider sends a count that the client did not ask for.
    var hidesUsage = false
    /// Whether the whole answer is to be kept, for a cache.
    var gathers = false
    /// Whether what is said is remembered, for a record.
    var listens = false
    /// Seconds since 1970.
    var createdAt = 0
}

/// Which parts of a chunk go through, neighbours as one.
struct PassedRanges {
    private(set) var ranges: [Range<Int>] = []
    /// What takes their place where the formats differ.
    var written: [UInt8] = []

    var only: Range<Int>? { ranges.count == 1 ? ranges[0] : nil }

    mutating func append(_ range: Range<Int>) {
        if let last = ranges.last, last.upperBound == range.lowerBound {
            ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
        } else {
            ranges.append(range)
        }
    }
}
