import Changesets
import PromptLibrary
import PromptTemplates
import ReplicaStore
import Testing

/// A version's text and settings, short enough for a table.
private typealias Side = PromptContent

private func side(
    _ body: String, _ settings: [String: TemplateValue] = [:], _ variables: [TemplateVariable] = [],
    _ type: VersionType = .text
) -> PromptContent {
    PromptContent(body: body, type: type, settings: settings, variables: variables)
}

private func number(_ text: String) -> TemplateValue { .number(text) }

/// Two nodes edit the same version, each knowing nothing of the other.
struct ContentCase: Sendable, CustomTestStringConvertible {
    var name: String
    var base: PromptContent
    var left: PromptContent
    var right: PromptContent
    /// Nil for a conflict.
    var expected: PromptContent?
    var testDescription: String { name }

    init(
        _ name: String, _ base: PromptContent, _ left: PromptContent, _ right: PromptContent,
        gives expected: PromptContent?
    ) {
        (self.name, self.base, self.left, self.right, self.expected) = (name, base, left, right, expected)
    }
}

private let city = TemplateVariable(name: "city", defaultValue: "Rome")
private let day = TemplateVariable(name: "day")

private let contentCases: [ContentCase] = [
    .init(
        "settings against text", side("a b\n"), side("a b\n", ["t": number("0.2")]), side("a B\n"),
        gives: side("a B\n", ["t": number("0.2")])),
    .init(
        "different settings", side("a", ["t": number("1")]), side("a", ["t": number("0.5")]),
        side("a", ["t": number("1"), "model": "m"]), gives: side("a", ["t": number("0.5"), "model": "m"])),
    .init(
        "the same setting twice", side("a", ["t": number("1")]), side("a", ["t": number("2")]),
        side("a", ["t": number("2")]), gives: side("a", ["t": number("2")])),
    .init(
        "one setting, two values", side("a", ["t": number("1")]), side("a", ["t": number("2")]),
        side("a", ["t": number("3")]), gives: nil),
    .init(
        "one setting, two values, though the texts fit", side("a b\n", ["t": number("1")]),
        side("A b\n", ["t": number("2")]), side("a B\n", ["t": number("3")]), gives: nil),
    .init(
        "a setting taken away against another one changed", side("a", ["t": number("1"), "m": "x"]),
        side("a", ["m": "x"]), side("a", ["t": number("1"), "m": "y"]), gives: side("a", ["m": "y"])),
    .init(
        "a setting taken away against its change", side("a", ["t": number("1")]), side("a"),
        side("a", ["t": number("2")]), gives: nil),
    .init("both take a setting away", side("a", ["t": number("1")]), side("a"), side("a!", [:]), gives: side("a!")),
    .init(
        "both add the same setting", side("a"), side("a", ["m": "x"]), side("a", ["m": "x"]),
        gives: side("a", ["m": "x"])),
    .init("both add a setting, differently", side("a"), side("a", ["m": "x"]), side("a", ["m": "y"]), gives: nil),
    .init(
        "1 and 1.0 are two writings", side("a", ["t": number("2")]), side("a", ["t": number("1")]),
        side("a", ["t": number("1.0")]), gives: nil),
    .init(
        "nested settings count as a whole", side("a", ["o": .object(["x": number("1"), "y": number("1")])]),
        side("a", ["o": .object(["x": number("2"), "y": number("1")])]),
        side("a", ["o": .object(["x": number("1"), "y": number("2")])]), gives: nil),
    .init(
        "different variables", side("a", [:], [city]), side("a", [:], [city, day]),
        side("A", [:], [city]), gives: side("A", [:], [city, day])),
    .init(
        "one variable, described two ways", side("a", [:], [day]),
        side("a", [:], [TemplateVariable(name: "day", description: "of the week")]),
        side("a", [:], [TemplateVariable(name: "day", description: "of the month")]), gives: nil),
    .init(
        "a text made a chat against a setting", side("Hi\n"), side("system:\nHi\n", [:], [], .chat),
        side("Hi\n", ["t": number("0")]), gives: side("system:\nHi\n", ["t": number("0")], [], .chat)),
    .init(
        "messages of a chat, different ones", side("system:\nA\n\nuser:\nB\n", [:], [], .chat),
        side("system:\nA!\n\nuser:\nB\n", [:], [], .chat), side("system:\nA\n\nuser:\nB?\n", [:], [], .chat),
        gives: side("system:\nA!\n\nuser:\nB?\n", [:], [], .chat)),
    .init(
        "one message of a chat, two ways", side("system:\nA\n\nuser:\nB\n", [:], [], .chat),
        side("system:\nA\n\nuser:\nC\n", [:], [], .chat), side("system:\nA\n\nuser:\nD\n", [:], [], .chat), gives: nil),
]

@Suite("Merging of versions, text and settings")
struct ContentMergeTests {
    private struct Pair {
        let scratch: Scratch
        let left: Node
        let right: Node
    }

    /// Two nodes that have edited one version, and then exchanged everything by files.
    private func diverged(_ sides: ContentCase) throws -> Pair {
        let scratch = try Scratch()
        let left = try Node("a", workspace: .uuid7(at: 1), in: scratch)
        let right = try Node("b", workspace: left.replica.read { try $0.workspaceID() }, in: scratch)
        _ = try left.library.create(NewPrompt(name: "p", content: sides.base))
        _ = try right.replica.join(left.exported())
        try save(sides.left, on: left)
        try save(sides.right, on: right)
        let (fromLeft, fromRight) = try (left.exported(), right.exported())
        _ = try left.replica.join(fromRight)
        _ = try right.replica.join(fromLeft)
        return Pair(scratch: scratch, left: left, right: right)
    }

    private func save(_ content: PromptContent, on node: Node) throws {
        _ = try node.library.save(content, from: node.library.editBase("p"))
    }

    @Test("gives what is expected, and the same version whichever node makes it", arguments: contentCases)
    func merges(_ sides: ContentCase) throws {
        let pair = try diverged(sides)
        for node in [pair.left, pair.right] where try node.library.divergenceCount() > 0 {
            let plan = try node.library.planMerge("p")
            #expect(plan.isClean == (sides.expected != nil))
            guard let expected = sides.expected else {
                #expect(throws: LibraryError(.conflict, "")) { try node.library.merge(plan, .clean) }
                continue
            }
            _ = try node.library.merge(plan, .clean)
            #expect(try node.library.editBase("p").content == expected)
        }
        guard sides.expected != nil else { return }
        let heads = try [pair.left, pair.right].map { try $0.library.show("p").version.id }
        #expect(heads[0] == heads[1])
    }

    @Test("a text of one's own does not decide settings that are in conflict")
    func ownText() throws {
        let pair = try diverged(
            .init(
                "", side("a", ["t": number("1")]), side("b", ["t": number("2")]), side("c", ["t": number("3")]),
                gives: nil))
        let plan = try pair.left.library.planMerge("p")
        #expect(plan.merged.conflictingNames == ["t"])
        #expect(throws: LibraryError(.conflict, "")) { try pair.left.library.merge(plan, .text("d")) }
        _ = try pair.left.library.merge(plan, .content(side("d", ["t": number("2.5")])))
        #expect(try pair.left.library.editBase("p").content == side("d", ["t": number("2.5")]))
    }
}
