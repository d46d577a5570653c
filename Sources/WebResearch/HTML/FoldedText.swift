/// Text put together line by line: white space is folded, empty lines are left out, and it ends at a limit.
struct FoldedText: Sendable {
    private(set) var text = ""
    private(set) var isCut = false
    private var left: Int
    private var hasSpace = false
    private var hasBreak = false

    /// - Parameter charactersMax: as Unicode counts them, line breaks too.
    init(charactersMax: Int) { left = charactersMax }

    var isEmpty: Bool { text.isEmpty }

    mutating func breakLine() { (hasBreak, hasSpace) = (true, false) }

    /// - Parameter keepsSpace: whether lines and indents stay, as in `<pre>`.
    mutating func add(_ part: String, keepsSpace: Bool = false) {
        for scalar in part.unicodeScalars {
            if left == 0 { return isCut = true }
            switch scalar {
            case "\n" where keepsSpace: breakLine()
            case " ", "\t": keepsSpace ? put(" ") : (hasSpace = true)
            case _ where scalar.properties.isWhitespace: hasSpace = true
            case _ where Self.isInvisible(scalar): continue
            default: put(scalar)
            }
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        if !text.isEmpty, hasBreak || hasSpace { append(hasBreak ? "\n" : " ") }
        (hasBreak, hasSpace) = (false, false)
        append(scalar)
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        guard left > 0 else { return isCut = true }
        text.unicodeScalars.append(scalar)
        left -= 1
    }

    /// What no reader sees, and a model does: controls, marks of direction, and the tag characters, in which whole
    /// sentences have been hidden.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF: true
        case 0xE0000...0xE0FFF: true
        default: false
        }
    }
}
