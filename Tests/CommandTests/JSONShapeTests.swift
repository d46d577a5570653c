import Testing

/// What `--json` promises: the names and kinds of every command's members, and lists in pages.
@Suite struct JSONShapeTests {
    /// A member's kind; a question mark after it in a shape says that it may be missing or null.
    private static func kind(_ value: JSON) -> String {
        switch value {
        case .object: "object"
        case .array: "list"
        case .string: "text"
        case .number: "number"
        case .bool: "bool"
        case .null: "null"
        }
    }

    /// Every member there is has been promised, and every promised one is there.
    private func expect(
        _ value: JSON, _ shape: String, _ command: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard let members = value.object else {
            Issue.record("\(command) prints no object: \(value)", sourceLocation: sourceLocation)
            return
        }
        var promised: Set<String> = []
        for word in shape.split(separator: " ") {
            let parts = word.split(separator: ":")
            let (name, wanted) = (String(parts[0]), parts[1])
            promised.insert(name)
            let found = Self.kind(members[name] ?? .null)
            let fits = wanted.hasSuffix("?") ? [String(wanted.dropLast()), "null"] : [String(wanted)]
            #expect(fits.contains(found), "\(command): \(name) is \(found)", sourceLocation: sourceLocation)
        }
        let others = Set(members.keys).subtracting(promised)
        #expect(others.isEmpty, "\(command) prints what is not documented", sourceLocation: sourceLocation)
    }

    private let prompt = """
        id:text name:text description:text category:text? status:text tags:list project:text? is_template:bool \
        is_favourite:bool is_archived:bool version:text? version_id:text? divergences:number created_at:number \
        updated_at:number?
        """
    private let version = """
        id:text name:text number:number parents:list kind:text type:text message:text author:text? node:text? \
        created_at:number is_head:bool is_tip:bool labels:list usage_count:number avg_latency_ms:number? avg_cost:number?
        """
    private let branch = """
        prompt:text prompt_id:text name:text head:text kind:text node:text? author:text? created_at:number
        """
    private let conflict = """
        id:text kind:text prompt:text? table:text row_id:text field:text? lost_value:text? lost_by:text? \
        lost_at:number current_value:text? current_by:text? current_at:number?
        """
    private let status = """
        workspace:text workspace_id:text node:text replica_id:text prompts:number versions:number trash:number \
        conflicts:number orphans:number unsent:number position:number server:text? public_key:text? lost_access:bool
        """
    private let imported = """
        created:number updated:number diverged:number restored:number unchanged:number removed:list pruned:list \
        rejected:list
        """
    private let synced = """
        sent:number received:number merged:number conflicts:number diverged:number denied:list skipped:list \
        reparented:bool restamped:bool new_epoch:bool lost:number set_aside:number lost_access:bool
        """

    /// A page is `{"items": […], "next": …}`, with `next` written out even where it is null.
    private func page(_ node: Node, _ arguments: [String]) throws -> (items: [JSON], next: JSON) {
        let outcome = try node.attempt(arguments + ["--json"])
        let json = try outcome.json
        #expect(Set(json.object?.keys.map { $0 } ?? []) == ["items", "next"], "\(arguments): \(outcome)")
        return (json["items"].array ?? [], json["next"])
    }

    /// Walks a list by pages of two and finds what the whole list has.
    private func expectPages(_ node: Node, _ arguments: [String], _ shape: String, atLeast count: Int) throws {
        let whole = try page(node, arguments)
        #expect(whole.next.isNull, "\(arguments)")
        #expect(whole.items.count >= count, "\(arguments) lists \(whole.items.count)")
        for item in whole.items { expect(item, shape, arguments.joined(separator: " ")) }
        var walked: [JSON] = []
        var cursor: String?
        repeat {
            let part = try page(node, arguments + ["--limit", "2"] + (cursor.map { ["--cursor", $0] } ?? []))
            #expect(part.items.count == min(2, whole.items.count - walked.count), "\(arguments)")
            walked += part.items
            cursor = part.next.string
        } while cursor != nil && walked.count <= whole.items.count
        #expect(walked == whole.items, "\(arguments)")
    }

    @Test("Every list, in pages and as a whole")
    func lists() throws {
        let scratch = try Scratch()
        let work = OfflineWork(shared: 5, edits: 10)
        let left = Node("left", in: scratch)
        let right = Node("right", in: scratch)
        try work.prepare(left)
        try left.carry(to: right)
        try work.perform(.left, on: left)
        try work.perform(.right, on: right)
        try left.carry(to: right)
        try right.run("delete", "p\(work.untouched + 9)")
        try right.run("group", "create", "another group")
        try right.run("group", "create", "a third group")

        try expectPages(right, ["list"], prompt, atLeast: 20)
        try expectPages(right, ["list", "--tag", "seed"], prompt, atLeast: 10)
        try expectPages(right, ["list", "--all"], prompt, atLeast: 21)
        try expectPages(right, ["list", "--archived"], prompt, atLeast: 1)
        try expectPages(right, ["list", "--favourite"], prompt, atLeast: 1)
        try expectPages(right, ["list", "--deleted"], prompt, atLeast: 2)
        try expectPages(right, ["history", "p0"], version, atLeast: 3)
        try expectPages(right, ["branches"], branch, atLeast: 6)
        try expectPages(right, ["branches", "p0"], branch, atLeast: 2)
        try expectPages(right, ["conflicts"], conflict, atLeast: 5)
        try expectPages(right, ["why", "p5"], conflict, atLeast: 1)
        try expectPages(right, ["group", "list"], "id:text name:text description:text prompts:number", atLeast: 3)
        try expectPages(
            right, ["group", "show", "reading"], "prompt:text prompt_id:text position:number", atLeast: 7)
        let empty = try page(right, ["list", "--category", "there is none"])
        #expect(empty.items.isEmpty && empty.next.isNull)
    }

    @Test("Everything else that prints JSON")
    func reports() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let node = Node("node", in: scratch)
        expect(try node.json("init", "--name", "Team"), status, "init")
        expect(try node.json("new", "one", "--body", "first", "--tag", "t", "--category", "c"), prompt, "new")
        try node.run("new", "two", "--body", "x")
        for arguments in [
            ["rename", "two", "other"], ["tag", "one", "more"], ["untag", "one", "more"], ["fav", "one"],
            ["unfav", "one"], ["delete", "other"], ["undelete", "other"], ["archive", "other"], ["unarchive", "other"],
        ] {
            expect(try node.attempt(arguments + ["--json"]).json, "message:text", arguments[0])
        }
        let shown = try node.json("show", "one")
        expect(shown, "prompt:object version:object metadata:object settings:object variables:list body:text", "show")
        expect(shown["prompt"], prompt, "show")
        expect(shown["version"], version, "show")
        #expect(shown["body"].string == "first" && shown["prompt"]["tags"] == .array([.string("t")]))

        let edit = try node.json("edit", "one", "--body", "second")
        expect(edit, "outcome:text version:text? head:text?", "edit")
        #expect(edit["outcome"].string == "saved" && edit["version"].string == "v2")
        #expect(try node.json("edit", "one", "--body", "second")["outcome"].string == "unchanged")

        expect(
            try node.json("group", "create", "g"), "id:text name:text description:text prompts:number", "group create")
        for arguments in [["add", "g", "one"], ["move", "g", "one", "--first"], ["remove", "g", "one"]] {
            expect(try node.attempt(["group"] + arguments + ["--json"]).json, "message:text", "group")
        }
        expect(try node.json("digest"), "digest:text", "digest")
        expect(try node.json("export", scratch.path + "/file"), "rows:number position:number", "export")
        let changeset =
            "changed:number conflicts:number parked:number rejected:list dry_run:bool signer:text? unknown_key:text?"
        expect(try node.json("import", scratch.path + "/file"), changeset, "import of a changeset")
        let csv = try scratch.file("some.csv", "act,prompt\nthree,x\nragged\n")
        let rejected = try node.attempt("import", csv, "--json").json
        expect(rejected, imported, "import of a CSV")
        expect(rejected["rejected"].array?.first ?? .null, "line:number reason:text", "import of a CSV")

        let token = try server.node.json("token", "create", "--workspace", "Team")
        expect(token, "token:text", "token create")
        let connected = try node.connect(server, token["token"].string ?? "")
        expect(connected, "workspace:text workspace_id:text outcome:text", "connect")
        expect(try node.json("sync"), synced, "sync")
        expect(try node.json("status"), status, "status")
        #expect(try node.json("status")["server"].string == server.url)
        expect(try node.attempt("--json").json, status, "offbook")
    }
}
