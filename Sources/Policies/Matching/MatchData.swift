internal import CPCRE2

/// What one thread needs while it matches.
///
/// It keeps the limits too. A search that backtracks without end stops after so many attempts, in a few milliseconds:
/// PCRE2 has no clock. What is left is a pattern that looks at the rest of the text from each place of it, such as
/// `\w+@`: ``Scan`` bounds that.
struct MatchData: ~Copyable {
    private let data: OpaquePointer?

    /// PCRE2's compiled code counts anew from each place where a match may begin, its interpreter over all of them.
    private static let compiled = Limits(attempts: 50_000)
    private static let interpreted = Limits(attempts: 500_000)

    /// Only read once they are made.
    private struct Limits: @unchecked Sendable {
        let context: OpaquePointer?

        init(attempts: UInt32) {
            context = pcre2_match_context_create_8(nil)
            pcre2_set_match_limit_8(context, attempts)
            pcre2_set_depth_limit_8(context, attempts)
            pcre2_set_heap_limit_8(context, 8_192)
        }
    }

    /// Two pairs: of the whole match, and of the first group. More groups are allowed, and not told of.
    init() { data = pcre2_match_data_create_8(2, nil) }

    deinit { pcre2_match_data_free_8(data) }

    private func pair(_ index: Int) -> (Int, Int)? {
        guard let data, index < Int(pcre2_get_ovector_count_8(data)), let pairs = pcre2_get_ovector_pointer_8(data),
            let lower = Int(exactly: pairs[2 * index]), let upper = Int(exactly: pairs[2 * index + 1])
        else { return nil }
        return (lower, upper)
    }

    /// Nil for a group that took no part.
    func range(_ index: Int, within bounds: ClosedRange<Int>) -> Range<Int>? {
        guard let (lower, upper) = pair(index), lower <= upper, bounds.contains(lower), bounds.contains(upper) else {
            return nil
        }
        return lower..<upper
    }

    func match(
        _ code: OpaquePointer, isCompiled: Bool, _ bytes: [UInt8], _ from: Int, _ end: Int, _ options: UInt32
    ) -> Int32 {
        if isCompiled {
            let status = pcre2_match_8(code, bytes, end, from, options, data, Self.compiled.context)
            // Compiled code has the 32 KiB of its own stack; interpreted code has the heap.
            guard status == PCRE2_ERROR_JIT_STACKLIMIT else { return status }
        }
        let context = Self.interpreted.context
        return pcre2_match_8(code, bytes, end, from, options | UInt32(PCRE2_NO_JIT), data, context)
    }
}
