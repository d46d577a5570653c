/// A piece of JSON text: one value, or one `"key": value`, without the whitespace around it.
struct JSONPiece: Equatable {
    var bytes: Range<Int>
    /// The line, counted from 1, on which it starts.
    var line: Int
}

/// A place in a piece of JSON, and the line it is on.
struct JSONCursor {
    let bytes: [UInt8]
    let end: Int
    private(set) var index: Int
    private(set) var line: Int

    init(_ bytes: [UInt8], at piece: JSONPiece) {
        self.bytes = bytes
        end = min(piece.bytes.upperBound, bytes.count)
        index = piece.bytes.lowerBound
        line = piece.line
    }

    /// The byte it stands at; nil at the end.
    var byte: UInt8? { index < end ? bytes[index] : nil }

    mutating func advance() {
        guard let byte else { return }
        if byte == ASCII.newline { line += 1 }
        index += 1
    }

    mutating func skipSpace() {
        while let byte, byte.isJSONSpace { advance() }
    }

    /// Stands at a quote and leaves off behind the one that closes it.
    mutating func skipString() throws(ReadFault) {
        let opening = line
        advance()
        while let byte {
            if byte == ASCII.backslash { advance() }
            advance()
            if byte == ASCII.quote { return }
        }
        throw .file(.malformedJSON(line: opening, reason: "the string that opens here never ends; close its quote"))
    }
}

/// Cuts an array or an object at its own commas.
///
/// This is what finds the line of every record, and bounds the nesting before anything recursive sees it: the standard
/// decoder tells no lines, and one bad record would cost it the whole file.
struct JSONCutter {
    private var cursor: JSONCursor
    private var closers: [UInt8] = []
    private var pieces: [JSONPiece] = []
    private var piece: JSONPiece?

    /// The elements of an array, or the members of an object.
    static func pieces(of whole: JSONPiece, in bytes: [UInt8]) throws(ReadFault) -> [JSONPiece] {
        var cutter = JSONCutter(cursor: JSONCursor(bytes, at: whole))
        try cutter.open()
        while !cutter.closers.isEmpty { try cutter.step(whole) }
        cutter.cursor.skipSpace()
        guard cutter.cursor.byte == nil else {
            throw cutter.malformed("something follows the closing bracket; a comma may be missing")
        }
        return cutter.pieces
    }

    private init(cursor: JSONCursor) { self.cursor = cursor }

    private mutating func step(_ whole: JSONPiece) throws(ReadFault) {
        cursor.skipSpace()
        guard let byte = cursor.byte else {
            throw .file(.malformedJSON(line: whole.line, reason: "the bracket that opens here is never closed"))
        }
        guard closers.count == 1, byte == ASCII.comma || byte == closers.first else { return try take(byte) }
        try finishPiece(isLast: byte != ASCII.comma)
        if byte != ASCII.comma { closers.removeAll() }
        cursor.advance()
    }

    /// Takes what comes next into the current piece.
    private mutating func take(_ byte: UInt8) throws(ReadFault) {
        var current = piece ?? JSONPiece(bytes: cursor.index..<cursor.index, line: cursor.line)
        switch byte {
        case ASCII.quote: try cursor.skipString()
        case ASCII.openBracket, ASCII.openBrace: try open()
        case ASCII.closeBracket, ASCII.closeBrace: try close(byte)
        default: cursor.advance()
        }
        current.bytes = current.bytes.lowerBound..<cursor.index
        piece = current
    }

    private mutating func open() throws(ReadFault) {
        guard let byte = cursor.byte else { return }
        guard closers.count < PromptFileError.deepestNesting else {
            throw .file(.nestedTooDeep(line: cursor.line))
        }
        closers.append(byte == ASCII.openBracket ? ASCII.closeBracket : ASCII.closeBrace)
        cursor.advance()
    }

    private mutating func close(_ byte: UInt8) throws(ReadFault) {
        guard closers.last == byte else { throw malformed("a closing bracket that does not match the one it closes") }
        closers.removeLast()
        cursor.advance()
    }

    private mutating func finishPiece(isLast: Bool) throws(ReadFault) {
        guard let finished = piece else {
            // Only "[]" and "{}" may end with nothing in hand.
            guard isLast, pieces.isEmpty else { throw malformed("a comma with nothing beside it; take it out") }
            return
        }
        pieces.append(finished)
        piece = nil
    }

    private func malformed(_ reason: String) -> ReadFault {
        .file(.malformedJSON(line: cursor.line, reason: reason))
    }
}
