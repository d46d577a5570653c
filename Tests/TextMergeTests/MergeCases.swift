import Testing

/// One merge and what it is to give: a clean text, or nil and the conflicts as whole lines.
struct MergeCase: Sendable, CustomTestStringConvertible {
    let name: String
    let base: String
    let ours: String
    let theirs: String
    let expected: String?

    var testDescription: String { name }

    init(_ name: String, _ base: String, _ ours: String, _ theirs: String, gives expected: String?) {
        self.name = name
        self.base = base
        self.ours = ours
        self.theirs = theirs
        self.expected = expected
    }
}

let lineCases: [MergeCase] = [
    .init("all empty", "", "", "", gives: ""),
    .init("nothing changed", "a\nb\n", "a\nb\n", "a\nb\n", gives: "a\nb\n"),
    .init("ours only", "a\nb\n", "a\nB\n", "a\nb\n", gives: "a\nB\n"),
    .init("theirs only", "a\nb\n", "a\nb\n", "A\nb\n", gives: "A\nb\n"),
    .init("disjoint lines", "a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", gives: "A\nb\nC\n"),
    .init("lines next to each other", "a\nb\n", "A\nb\n", "a\nB\n", gives: "A\nB\n"),
    .init("same change twice", "a\nb\n", "a\nX\n", "a\nX\n", gives: "a\nX\n"),
    .init(
        "same change and one more each", "a\nb\nc\nd\ne\n", "A\nb\nX\nd\ne\n", "a\nb\nX\nd\nE\n",
        gives: "A\nb\nX\nd\nE\n"),
    .init("same line changed", "a\nb\n", "a\nX\n", "a\nY\n", gives: nil),
    .init("both delete the same", "a\nb\nc\n", "a\nc\n", "a\nc\n", gives: "a\nc\n"),
    .init("delete different lines", "a\nb\nc\nd\n", "b\nc\nd\n", "a\nb\nc\n", gives: "b\nc\n"),
    .init("delete lines next to each other", "a\nb\nc\nd\n", "a\nc\nd\n", "a\nb\nd\n", gives: "a\nd\n"),
    .init("delete all against nothing", "a\nb\n", "", "a\nb\n", gives: ""),
    .init("delete all against edit", "a\nb\n", "", "a\nB\n", gives: nil),
    .init("delete against edit", "a\nb\nc\n", "a\nc\n", "a\nB\nc\n", gives: nil),
    .init("delete against words before", "x\na\ny\n", "x\ny\n", "x\nvery a\ny\n", gives: nil),
    .init("delete against words after", "x\nalpha\n", "x\n", "x\nalpha beta\n", gives: nil),
    .init("delete the last line against words after", "x\nalpha", "x\n", "x\nalpha beta", gives: nil),
    .init("edit and delete against words before", "a\nb\n", "A\n", "a\nvery b\n", gives: nil),
    .init("delete against insertion inside", "a\nb\n", "", "a\nnew\nb\n", gives: nil),
    .init("insertions at different places", "a\nb\n", "x\na\nb\n", "a\nb\ny\n", gives: "x\na\nb\ny\n"),
    .init("insertions at the same place", "a\nb\n", "a\nx\nb\n", "a\ny\nb\n", gives: nil),
    .init("same insertion twice", "a\nb\n", "a\nx\nb\n", "a\nx\nb\n", gives: "a\nx\nb\n"),
    .init("insertions at the end", "a\n", "a\nx\n", "a\ny\n", gives: nil),
    .init("line inserted after a changed line", "a\nb\n", "A\nb\n", "a\nx\nb\n", gives: "A\nx\nb\n"),
    .init("empty base, different", "", "x\n", "y\n", gives: nil),
    .init("empty base, same", "", "x\n", "x\n", gives: "x\n"),
    .init("empty base, one side", "", "x\n", "", gives: "x\n"),
    .init(
        "moved against edit elsewhere", "a\nb\nc\nd\ne\n", "b\na\nc\nd\ne\n", "a\nb\nc\nd\nE\n",
        gives: "b\na\nc\nd\nE\n"),
]

let lineEndCases: [MergeCase] = [
    .init("CRLF kept", "a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\r\nb\r\nC\r\n", gives: "A\r\nb\r\nC\r\n"),
    .init("words with CRLF", "a b\r\n", "A b\r\n", "a B\r\n", gives: "A B\r\n"),
    .init("CRLF made LF against a word", "a b\r\nc\r\n", "a b\nc\n", "a B\r\nc\r\n", gives: "a B\nc\n"),
    .init("CRLF made LF twice", "a\r\n", "a\n", "a\n", gives: "a\n"),
    .init("CRLF against LF", "a", "a\n", "a\r\n", gives: nil),
    .init("no final newline", "a\nb\nc", "A\nb\nc", "a\nb\nC", gives: "A\nb\nC"),
    .init("final newline added", "a\nx\nb", "A\nx\nb", "a\nx\nb\n", gives: "A\nx\nb\n"),
    .init("final newline added, line changed", "a\nb", "a\nB", "a\nb\n", gives: "a\nB\n"),
    .init("final newline removed, line changed", "a\nb\n", "a\nB\n", "a\nb", gives: "a\nB"),
    .init("final newline added twice", "a", "a\n", "a\n", gives: "a\n"),
    .init("line added after no final newline", "a\nx\nb", "A\nx\nb", "a\nx\nb\nc", gives: "A\nx\nb\nc"),
    .init("only newlines", "\n\n", "\n\n\n", "\n\n", gives: "\n\n\n"),
]

let wordCases: [MergeCase] = [
    .init(
        "words of one line", "the quick brown fox\n", "the slow brown fox\n", "the quick brown dog\n",
        gives: "the slow brown dog\n"),
    .init("words next to each other", "quick brown", "slow brown", "quick red", gives: "slow red"),
    .init("words between words", "one two three", "ONE two THREE", "one TWO three", gives: "ONE TWO THREE"),
    .init("same word", "a cat\n", "a dog\n", "a cow\n", gives: nil),
    .init("same word changed alike", "a cat sat\n", "a dog sat\n", "A dog sat\n", gives: "A dog sat\n"),
    .init("punctuation after a changed word", "Hello world", "Hello world!", "Hello there", gives: "Hello there!"),
    .init("word after a changed word", "cat", "dog", "cat food", gives: "dog food"),
    .init("same word added twice", "cat", "dog food", "cat food", gives: nil),
    .init("words inserted at the same place", "a b", "a x b", "a y b", gives: nil),
    .init("word deleted, word beside inserted", "a b c", "a c", "a b x c", gives: nil),
    .init("sentence written anew", "You are kind\n", "Please sum this\n", "You are very kind\n", gives: nil),
    .init(
        "placeholders", "Sum {{text}} in {{n}} words\n", "Sum {{body}} in {{n}} words\n",
        "Sum {{text}} in {{count}} words\n", gives: "Sum {{body}} in {{count}} words\n"),
    .init("a word is no part of a word", "foo_bar", "foo_baz", "fox_bar", gives: nil),
    .init("whitespace only, elsewhere", "a  b c\n", "a b c\n", "a  b C\n", gives: "a b C\n"),
    .init("whitespace only, same place", "a b\n", "a  b\n", "a\tb\n", gives: nil),
    .init("indent against a word", "  a b\n", "    a b\n", "  a B\n", gives: "    a B\n"),
    .init("trailing space against a word", "a b \n", "a b\n", "A b \n", gives: "A b\n"),
    .init("CJK side by side", "漢字文", "今字文", "漢古文", gives: "今古文"),
    .init("CJK apart", "東京へ行く\n", "大阪へ行く\n", "東京へ来る\n", gives: "大阪へ来る\n"),
    .init("CJK same character", "漢字", "今字", "古字", gives: nil),
    .init("Hangul", "안녕 세상", "안부 세상", "안녕 세계", gives: "안부 세계"),
    .init("emoji", "👍 ok 🎉\n", "👎 ok 🎉\n", "👍 ok 🚀\n", gives: "👎 ok 🚀\n"),
    .init("joined emoji are one", "👩‍👩‍👧 x", "👨‍👩‍👧 x", "👩‍👩‍👦 x", gives: nil),
    .init("skin tone is part of it", "👍🏻", "👎🏻", "👍🏿", gives: nil),
    .init("flags are one", "🇩🇪🇫🇷", "🇩🇰🇫🇷", "🇩🇪🇫🇮", gives: "🇩🇰🇫🇮"),
    .init("halves of a flag", "🇩🇪", "🇨🇪", "🇩🇰", gives: nil),
    .init("precomposed against decomposed", "café x\n", "cafe\u{301} x\n", "café y\n", gives: "cafe\u{301} y\n"),
    .init("decomposing is a change", "é", "e\u{301}", "è", gives: nil),
    .init("combining marks stay", "e\u{301} a", "e\u{300} a", "o\u{301} a", gives: nil),
    .init("right to left", "שלום עולם\n", "שלום חבר\n", "היי עולם\n", gives: "היי חבר\n"),
    .init("right to left marks", "مرحبا\u{200F} بكم", "أهلا\u{200F} بكم", "مرحبا\u{200F} بك", gives: "أهلا\u{200F} بك"),
]
