/// The bytes of a text, and where they come from.
struct Source: Sendable {
    let bytes: [UInt8]
    /// The include it came by; nil for the text that was asked for.
    let include: String?
    /// How many characters that include put before every line that is not empty.
    let margin: Int

    init(_ text: String, include: String? = nil) {
        bytes = Array(text.utf8)
        self.include = include
        margin = 0
    }

    private init(bytes: [UInt8], include: String?, margin: Int) {
        self.bytes = bytes
        self.include = include
        self.margin = margin
    }

    func byte(at index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }

    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: bytes.indices)], as: UTF8.self)
    }

    func isDollar(before index: Int) -> Bool { byte(at: index - 1) == ASCII.dollar }

    /// Whether a line starts here.
    func isLineStart(_ index: Int) -> Bool { index == 0 || byte(at: index - 1) == ASCII.newline }

    func has(_ mark: [UInt8], at index: Int) -> Bool {
        var place = index
        for byte in mark {
            guard self.byte(at: place) == byte else { return false }
            place += 1
        }
        return true
    }

    func find(from start: Int, to end: Int? = nil, where matches: (UInt8) -> Bool) -> Int? {
        let end = min(end ?? bytes.count, bytes.count)
        var index = max(start, 0)
        while index < end {
            if matches(bytes[index]) { return index }
            index += 1
        }
        return nil
    }

    func find(_ mark: [UInt8], from start: Int) -> Int? {
        var next = start
        while let index = find(from: next, where: { $0 == mark.first }) {
            if has(mark, at: index) { return index }
            next = index + 1
        }
        return nil
    }

    /// Without the bytes at both ends that match.
    func trimmed(_ range: Range<Int>, where matches: (UInt8) -> Bool) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, byte(at: start).map(matches) == true { start += 1 }
        while end > start, byte(at: end - 1).map(matches) == true { end -= 1 }
        return start..<end
    }
}

extension Source {
    /// With the indent before every line that is not empty; nil where that would be too much.
    func indented(by indent: [UInt8]) -> Source? {
        guard !indent.isEmpty else { return self }
        let lines = 1 + bytes.count { $0 == ASCII.newline }
        let (added, overflows) = indent.count.multipliedReportingOverflow(by: lines)
        guard !overflows, added <= TemplateLimits.outputBytes - bytes.count else { return nil }
        var indented: [UInt8] = []
        indented.reserveCapacity(bytes.count + added)
        for (index, byte) in bytes.enumerated() {
            if isLineStart(index), !byte.isLineBreak { indented += indent }
            indented.append(byte)
        }
        return Source(bytes: indented, include: include, margin: margin + indent.count)
    }
}

/// Counts lines and columns, forwards: asked in the order of the text, it reads the text once.
struct PlaceFinder {
    private let source: Source
    private var index = 0
    private var line = 1
    private var column = 1

    init(_ source: Source) { self.source = source }

    mutating func place(at target: Int) -> TemplatePlace {
        if target < index { (index, line, column) = (0, 1, 1) }
        while index < target, let byte = source.byte(at: index) { step(over: byte) }
        return TemplatePlace(line: line, column: max(1, column - source.margin), include: source.include)
    }

    private mutating func step(over byte: UInt8) {
        index += 1
        if byte == ASCII.newline {
            (line, column) = (line + 1, 1)
        } else if byte & 0xC0 != 0x80 {
            // All bytes of a character but its first look like 10xxxxxx.
            column += 1
        }
    }
}
