/// Counts the characters of a text that grows.
struct LengthCount: Sendable {
    private let least: Int?
    private let most: Int?
    private var bytes = 0
    private var characters = 0
    /// Where the first character stands that is too many.
    private(set) var excessOffset: Int?

    init(_ rules: PolicyRules) { (least, most) = (rules.minLength, rules.maxLength) }

    mutating func grow(by added: some Collection<UInt8>) {
        guard least != nil || most != nil else { return }
        for byte in added {
            if !ASCII.isContinuation(byte) {
                if characters == most { excessOffset = excessOffset ?? bytes }
                characters += 1
            }
            bytes += 1
        }
    }

    /// Clear as soon as there is one character too many.
    var excess: Finding? {
        guard let most, let excessOffset else { return nil }
        return Finding(
            kind: "max_length", range: excessOffset..<excessOffset, measured: Double(characters),
            threshold: Double(most))
    }

    private var isTold = false

    /// The excess, the first time that it is asked for.
    mutating func takeExcess() -> Finding? {
        guard !isTold, let excess else { return nil }
        isTold = true
        return excess
    }

    /// Clear only once the text is over.
    var shortfall: Finding? {
        guard let least, characters < least else { return nil }
        return Finding(kind: "min_length", measured: Double(characters), threshold: Double(least))
    }
}
