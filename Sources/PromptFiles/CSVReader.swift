/// One field of a CSV record, as a place in the file.
struct CSVField {
    /// What stands between the quotes, or the whole field where there are none.
    var bytes: Range<Int>
    var isQuoted = false
    var hasDoubledQuotes = false
    /// Text between the closing quote and the next comma: two programs would read it in two ways.
    var hasTextAfterQuote = false
}

/// One record of a CSV file.
struct CSVRecord {
    /// The line, counted from 1, on which the record starts.
    let line: Int
    var fields: [CSVField] = []

    fileprivate var isBlank: Bool {
        guard let only = fields.first, fields.count == 1 else { return false }
        return only.bytes.isEmpty && !only.isQuoted
    }
}

/// RFC 4180 over bytes: nothing is decoded, copied or repaired before a field is asked for.
///
/// A record ends at CRLF or LF; a lone CR, and a quote inside an unquoted field, are data. Blank lines are no records.
struct CSVReader {
    let bytes: [UInt8]
    private var index: Int
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        index = bytes.withoutMark.startIndex
    }

    mutating func next() throws(PromptFileError) -> CSVRecord? {
        while index < bytes.count {
            let record = try record()
            if !record.isBlank { return record }
        }
        return nil
    }

    /// The field's bytes with its doubled quotes made single.
    func content(of field: CSVField) -> ArraySlice<UInt8> {
        let raw = bytes[field.bytes]
        guard field.hasDoubledQuotes else { return raw }
        var content: [UInt8] = []
        content.reserveCapacity(raw.count)
        var isSecond = false
        for byte in raw {
            // Inside a quoted field quotes stand in pairs only: keep the first of each.
            isSecond = byte == ASCII.quote && !isSecond
            if byte != ASCII.quote || isSecond { content.append(byte) }
        }
        return content[...]
    }

    private mutating func record() throws(PromptFileError) -> CSVRecord {
        var record = CSVRecord(line: line)
        while true {
            record.fields.append(try field())
            guard index < bytes.count, bytes[index] == ASCII.comma else { break }
            index += 1
        }
        skipLineEnd()
        return record
    }

    private mutating func field() throws(PromptFileError) -> CSVField {
        guard index < bytes.count, bytes[index] == ASCII.quote else { return CSVField(bytes: plainText()) }
        var field = try quotedField()
        field.hasTextAfterQuote = !plainText().isEmpty
        return field
    }

    private mutating func plainText() -> Range<Int> {
        let start = index
        while index < bytes.count, bytes[index] != ASCII.comma, !isAtLineEnd { index += 1 }
        return start..<index
    }

    /// Stands at the opening quote; leaves off behind the closing one.
    private mutating func quotedField() throws(PromptFileError) -> CSVField {
        let opening = line
        index += 1
        var field = CSVField(bytes: index..<index, isQuoted: true)
        while index < bytes.count {
            if bytes[index] == ASCII.quote {
                guard isFollowed(by: ASCII.quote) else { return close(field) }
                field.hasDoubledQuotes = true
                index += 1
            }
            if bytes[index] == ASCII.newline { line += 1 }
            index += 1
        }
        throw .unterminatedQuote(line: opening)
    }

    private mutating func close(_ field: CSVField) -> CSVField {
        var field = field
        field.bytes = field.bytes.lowerBound..<index
        index += 1
        return field
    }

    private mutating func skipLineEnd() {
        guard index < bytes.count else { return }
        index += bytes[index] == ASCII.carriageReturn ? 2 : 1
        line += 1
    }

    private var isAtLineEnd: Bool {
        switch bytes[index] {
        case ASCII.newline: true
        case ASCII.carriageReturn: isFollowed(by: ASCII.newline)
        default: false
        }
    }

    private func isFollowed(by byte: UInt8) -> Bool { index + 1 < bytes.count && bytes[index + 1] == byte }
}
