/// Text of strangers inside of our own.
enum Quoting {
    private static let lengthMax = 80

    /// One short line.
    static func short(_ text: String) -> String { line(text, max: lengthMax) }

    static func line(_ text: String, max: Int) -> String {
        var folded = FoldedText(charactersMax: max)
        folded.add(text)
        folded.breakLine()
        return folded.text.split(separator: "\n").joined(separator: " ")
    }
}
