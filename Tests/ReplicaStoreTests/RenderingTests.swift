import Changesets
import PromptLibrary
import PromptTemplates
import ReplicaStore
import Testing

@Suite("Rendering of the library's prompts")
struct RenderingTests {
    let scratch: Scratch
    let node: Node

    init() throws {
        scratch = try Scratch()
        node = try Node("a", workspace: .uuid7(at: 1), in: scratch)
        _ = try node.library.create(NewPrompt(name: "greet", body: "Hello {{name}}"))
        _ = try node.library.create(NewPrompt(name: "letter", body: "{{> greet}}, {{text}}"))
    }

    private func render(_ name: String, _ values: [String: TemplateValue], label: String? = nil) throws -> String {
        var request = RenderRequest(name: name)
        request.values = values
        request.label = label
        return try node.library.render(request).text
    }

    @Test("fills in values, includes other prompts, escapes nothing")
    func renders() throws {
        #expect(try render("letter", ["name": "<Ada>", "text": "a & b"]) == "Hello <Ada>, a & b")
        #expect(throws: TemplateError.self) { try render("letter", ["name": "Ada"]) }
        #expect(throws: TemplateError.self) { try render("greet", ["name": "Ada", "nmae": "x"]) }
    }

    @Test("takes the version that a label points at, of an included prompt too")
    func labels() async throws {
        _ = try await node.library.label("greet", "stable", over: nil)
        _ = try node.library.save("Hi {{name}}", from: node.library.editBase("greet"))
        #expect(try render("greet", ["name": "Ada"], label: "stable") == "Hello Ada")
        #expect(try render("greet", ["name": "Ada"]) == "Hi Ada")
        _ = try node.library.save("{{> greet@stable}}!", from: node.library.editBase("letter"))
        #expect(try render("letter", ["name": "Ada"]) == "Hello Ada!")
    }

    @Test("a prompt that includes itself by way of another is told by name")
    func cycle() throws {
        _ = try node.library.save("{{> letter}}", from: node.library.editBase("greet"))
        #expect { try render("letter", [:]) } throws: { "\($0)".contains("letter") && "\($0)".contains("greet") }
    }

    @Test("names a prompt's variables, and which have a default")
    func variables() throws {
        _ = try node.library.create(NewPrompt(name: "job", body: "As ${role:developer} do ${what}."))
        let variables = try node.library.variables(RenderRequest(name: "job"))
        #expect(variables.map(\.name) == ["role", "what"])
        #expect(variables.map(\.defaultValue) == ["developer", nil])
        #expect(variables.map(\.isRequired) == [false, true])
    }
}
