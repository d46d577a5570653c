internal import FoundationEssentials

/// Reads the topics out of a model's answer.
enum TopicList {
    private static let answerMax = 20_000
    private static let topicMax = 160
    private static let wordsMax = 16

    /// - Returns: at most `max` different ones; empty where the answer is none.
    static func read(_ answer: String, max: Int) -> [String] {
        let text = String(answer.prefix(answerMax))
        var seen: Set<String> = []
        let topics = (array(text) ?? lines(text)).map { Quoting.line($0, max: topicMax) }
        return Array(topics.filter { !$0.isEmpty && seen.insert($0.lowercased()).inserted }.prefix(max))
    }

    /// What stands in the outermost brackets, whatever is around them.
    private static func array(_ text: String) -> [String]? {
        guard let start = text.firstIndex(of: "["), let end = text.lastIndex(of: "]"), start < end else { return nil }
        return try? JSONDecoder().decode([String].self, from: Data(text[start...end].utf8))
    }

    /// A list, or short lines that are no sentences: an apology is no topic.
    private static func lines(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let trimmed = line.drop(while: \.isWhitespace)
            let item = trimmed.trimmingPrefix(/([-*•]|[0-9]{1,2}[.)])\s+/)
            let isItem = item.startIndex != trimmed.startIndex
            return isItem || isPhrase(item) ? unquoted(item) : nil
        }
    }

    private static func isPhrase(_ line: Substring) -> Bool {
        guard let last = line.last(where: { !$0.isWhitespace }), !".:!`[]{},".contains(last) else { return false }
        return !line.hasPrefix("`") && line.split(whereSeparator: \.isWhitespace).count <= wordsMax
    }

    private static func unquoted(_ text: Substring) -> String {
        let isQuote = { (character: Character) in "\"*`".contains(character) || character.isWhitespace }
        return String(text.drop(while: isQuote).reversed().drop(while: isQuote).reversed())
    }
}
