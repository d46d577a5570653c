/// Says beforehand whether a text could make its parser work without end.
///
/// Parsing shares what an alias stands for, but looks into keys, and there an alias of aliases of aliases counts as
/// often as it is named. What is refused here is refused later on too: anchors always are. Here it only has to
/// happen before the work.
enum YAMLAliases {
    /// How many times its size a text may grow.
    private static let growthMax = 1 << 20

    /// Counts what looks like `*name` for each name that looks like `&name`, wherever it stands: too many rather than
    /// too few, as in prose and code most are something else.
    static func mayExplode(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let anchors = Set(names(behind: UInt8(ascii: "&"), in: bytes))
        guard !anchors.isEmpty else { return false }
        var uses: [ArraySlice<UInt8>: Int] = [:]
        for name in names(behind: UInt8(ascii: "*"), in: bytes) where anchors.contains(name) {
            uses[name, default: 1] += 1
        }
        var growth = 1
        for count in uses.values {
            let (product, overflows) = growth.multipliedReportingOverflow(by: count)
            guard !overflows, product <= growthMax else { return true }
            growth = product
        }
        return false
    }

    private static func names(behind mark: UInt8, in bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.indices.filter { bytes[$0] == mark }.compactMap { index in
            let name = bytes[(index + 1)...].prefix(while: isOfName)
            return name.isEmpty ? nil : name
        }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        byte.isASCIIDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
