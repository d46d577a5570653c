internal import CPCRE2

/// A compiled regular expression, with PCRE2 (10.30 or later).
///
/// It is never changed once made, and PCRE2 allows any number of threads to match with one at the same time, each
/// with a ``MatchData`` of its own.
final class Pattern: @unchecked Sendable {
    private let code: OpaquePointer
    private let isCompiled: Bool

    struct Options: OptionSet, Sendable {
        let rawValue: UInt32
        /// No character of the text means anything but itself.
        static let literal = Options(rawValue: PCRE2_LITERAL)
        static let caseless = Options(rawValue: PCRE2_CASELESS)
        /// `\w`, `\d`, `\s` and `\b` know all of Unicode.
        static let unicode = Options(rawValue: PCRE2_UCP)
    }

    /// - Parameter field: what to name in a fault.
    /// - Throws: ``PolicyFault`` with PCRE2's own words and the place, for what is no regular expression; and for what
    ///   could not be searched in a stream just as in the whole.
    convenience init(_ text: String, _ options: Options, field: String) throws(PolicyFault) {
        try PatternText.check(text, isLiteral: options.contains(.literal), field: field)
        try self.init(checked: text, options, field: field)
    }

    /// For what is written here, and may be as long as it has to be.
    init(checked text: String, _ options: Options, field: String) throws(PolicyFault) {
        let bytes = Array(text.utf8)
        var (error, offset) = (Int32(0), 0)
        let basic = UInt32(PCRE2_UTF) | (options.contains(.literal) ? 0 : UInt32(PCRE2_NEVER_BACKSLASH_C))
        guard let code = pcre2_compile_8(bytes, bytes.count, basic | options.rawValue, &error, &offset, nil) else {
            throw PolicyFault(field: field, message: "\(Self.message(error)) (at byte \(offset))")
        }
        self.code = code
        // Without a just-in-time compiler on this machine, PCRE2 interprets, which is some five times slower.
        isCompiled = pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_HARD)) == 0
        try check(field)
    }

    deinit { pcre2_code_free_8(code) }

    private func check(_ field: String) throws(PolicyFault) {
        guard number(UInt32(PCRE2_INFO_MATCHEMPTY)) == 0 else {
            throw PolicyFault(field: field, message: "it matches the empty text, so it would be found everywhere")
        }
        guard number(UInt32(PCRE2_INFO_MAXLOOKBEHIND)) <= PolicyLimits.contextBytes / 4 else {
            throw PolicyFault(
                field: field, message: "it looks behind by more than \(PolicyLimits.contextBytes / 4) characters")
        }
    }

    private func number(_ what: UInt32) -> UInt32 {
        var value: UInt32 = 0
        return pcre2_pattern_info_8(code, what, &value) == 0 ? value : 0
    }

    private static func message(_ error: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(error, &buffer, buffer.count)
        return length > 0 ? String(decoding: buffer.prefix(Int(length)), as: UTF8.self) : "no regular expression"
    }

    enum Outcome: Equatable {
        case none
        /// The second is the first group that is captured, or the whole.
        case match(Range<Int>, value: Range<Int>)
        /// The text ends before it is clear. A match may begin here, and none begins earlier.
        case partial(Int)
        /// The limits of ``MatchData`` were reached.
        case tooComplex
    }

    /// The first match that begins at `from` or later.
    ///
    /// - Parameters:
    ///   - end: where the text ends, in between two characters, as does `from`.
    ///   - isOpen: whether more may follow the end.
    func first(in bytes: [UInt8], from: Int, to end: Int, isOpen: Bool, _ data: borrowing MatchData) -> Outcome {
        guard from <= end, end <= bytes.count else { return .none }
        // What is matched is UTF-8 as Swift keeps it: checking it again would cost more than most searches do.
        let options = UInt32(PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY) | (isOpen ? UInt32(PCRE2_PARTIAL_HARD) : 0)
        let status = data.match(code, isCompiled: isCompiled, bytes, from, end, options)
        switch status {
        case PCRE2_ERROR_NOMATCH: return .none
        case PCRE2_ERROR_PARTIAL: return .partial(data.range(0, within: from...end)?.lowerBound ?? from)
        case 0...: return matched(data, from, end, hasGroup: status != 1)
        default: return .tooComplex
        }
    }

    /// - Parameter hasGroup: PCRE2 tells how many pairs it has set, or 0 if there are more than there is room for. The
    ///   others are as the last match left them.
    private func matched(_ data: borrowing MatchData, _ from: Int, _ end: Int, hasGroup: Bool) -> Outcome {
        guard let whole = data.range(0, within: from...end) else { return .none }
        guard hasGroup else { return .match(whole, value: whole) }
        return .match(whole, value: data.range(1, within: whole.lowerBound...end) ?? whole)
    }
}
