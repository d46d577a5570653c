import FoundationEssentials

/// One field of a JSON object.
struct JSONMember {
    let key: String
    let value: JSONPiece
}

/// The values in a JSON text. Its brackets are ours to read, its strings the standard decoder's.
struct JSONText {
    let bytes: [UInt8]
    private let decoder = JSONDecoder()
    private let encoder = JSONEncoder()

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        encoder.outputFormatting = .withoutEscapingSlashes
    }

    /// The piece without the whitespace at both its ends; nil where nothing else is in it.
    func trimmed(_ piece: JSONPiece) -> JSONPiece? {
        var cursor = JSONCursor(bytes, at: piece)
        cursor.skipSpace()
        guard cursor.byte != nil, let last = bytes[cursor.index..<cursor.end].lastIndex(where: { !$0.isJSONSpace })
        else { return nil }
        return JSONPiece(bytes: cursor.index..<last + 1, line: cursor.line)
    }

    func first(of piece: JSONPiece) -> UInt8? { bytes[piece.bytes].first }

    func elements(of array: JSONPiece) throws(ReadFault) -> [JSONPiece] {
        try JSONCutter.pieces(of: array, in: bytes)
    }

    func members(of object: JSONPiece) throws(ReadFault) -> [JSONMember] {
        var members: [JSONMember] = []
        for piece in try JSONCutter.pieces(of: object, in: bytes) { members.append(try member(piece)) }
        return members
    }

    private func member(_ piece: JSONPiece) throws(ReadFault) -> JSONMember {
        var cursor = JSONCursor(bytes, at: piece)
        guard cursor.byte == ASCII.quote else {
            throw .file(.malformedJSON(line: piece.line, reason: "a field must begin with its name in double quotes"))
        }
        try cursor.skipString()
        let key = JSONPiece(bytes: piece.bytes.lowerBound..<cursor.index, line: piece.line)
        cursor.skipSpace()
        guard cursor.byte == ASCII.colon else { throw valueMissing(cursor.line) }
        cursor.advance()
        cursor.skipSpace()
        guard cursor.byte != nil else { throw valueMissing(cursor.line) }
        let value = JSONPiece(bytes: cursor.index..<cursor.end, line: cursor.line)
        return JSONMember(key: try string(key, named: "a field's name"), value: value)
    }

    private func valueMissing(_ line: Int) -> ReadFault {
        .file(.malformedJSON(line: line, reason: "a field's name must be followed by a colon and a value"))
    }

    /// The text of a string; `name` is the field to blame where it is none.
    func string(_ piece: JSONPiece, named name: String) throws(ReadFault) -> String {
        try checkEnd(ofString: piece)
        let raw = bytes[piece.bytes]
        // Before the decoder, which takes NUL bytes for a sign of UTF-16.
        guard !raw.contains(ASCII.nul) else { throw .row("\(name) holds a NUL byte; take it out") }
        guard String(validating: raw, as: UTF8.self) != nil else {
            throw .row("\(name) is not valid UTF-8; save the file as UTF-8")
        }
        guard let text = try? decoder.decode(String.self, from: Data(raw)) else {
            throw .row("\(name) holds a line break, a control character or an escape that JSON does not allow")
        }
        return text
    }

    private func checkEnd(ofString piece: JSONPiece) throws(ReadFault) {
        var cursor = JSONCursor(bytes, at: piece)
        try cursor.skipString()
        cursor.skipSpace()
        guard cursor.byte == nil else {
            throw .file(.malformedJSON(line: cursor.line, reason: "something follows a string; a comma may be missing"))
        }
    }
}

extension JSONText {
    /// A value as compact JSON, with the fields of objects sorted by the bytes of their names. Numbers stay as they
    /// are written: no digit is lost to a binary fraction.
    func compact(_ piece: JSONPiece, named name: String) throws(ReadFault) -> String {
        switch first(of: piece) {
        case ASCII.openBracket: return try "[\(compactElements(piece, named: name).joined(separator: ","))]"
        case ASCII.openBrace: return try "{\(compactMembers(piece, named: name).joined(separator: ","))}"
        case ASCII.quote: return try quoted(string(piece, named: name), named: name)
        default: return try scalar(piece, named: name)
        }
    }

    private func compactElements(_ array: JSONPiece, named name: String) throws(ReadFault) -> [String] {
        var texts: [String] = []
        for element in try elements(of: array) { texts.append(try compact(element, named: name)) }
        return texts
    }

    private func compactMembers(_ object: JSONPiece, named name: String) throws(ReadFault) -> [String] {
        let sorted = try members(of: object).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        var texts: [String] = []
        for member in sorted {
            texts.append(try "\(quoted(member.key, named: name)):\(compact(member.value, named: name))")
        }
        return texts
    }

    private func quoted(_ text: String, named name: String) throws(ReadFault) -> String {
        guard let data = try? encoder.encode(text) else { throw .row("\(name) cannot be written as JSON") }
        return String(decoding: data, as: UTF8.self)
    }

    /// The text of a number, true, false or null, as it is written.
    func scalar(_ piece: JSONPiece, named name: String) throws(ReadFault) -> String {
        let raw = bytes[piece.bytes]
        let isWord = ["true", "false", "null"].contains { raw.elementsEqual($0.utf8) }
        guard isWord || JSONNumber.isWellFormed(raw) else {
            throw .row("\(name) is not a JSON value; a string needs double quotes")
        }
        return String(decoding: raw, as: UTF8.self)
    }
}

/// The grammar of a number in RFC 8259.
enum JSONNumber {
    static func isWellFormed(_ raw: ArraySlice<UInt8>) -> Bool {
        var rest = raw
        _ = skip(UInt8(ascii: "-"), in: &rest)
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let digits = skipDigits(in: &rest)
        guard digits == 1 || digits > 1 && !startsWithZero else { return false }
        if skip(UInt8(ascii: "."), in: &rest), skipDigits(in: &rest) == 0 { return false }
        if skip(UInt8(ascii: "e"), in: &rest) || skip(UInt8(ascii: "E"), in: &rest) {
            _ = skip(UInt8(ascii: "-"), in: &rest) || skip(UInt8(ascii: "+"), in: &rest)
            if skipDigits(in: &rest) == 0 { return false }
        }
        return rest.isEmpty
    }

    private static func skip(_ byte: UInt8, in rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func skipDigits(in rest: inout ArraySlice<UInt8>) -> Int {
        let digits = rest.prefix(while: \.isASCIIDigit).count
        rest = rest.dropFirst(digits)
        return digits
    }
}
