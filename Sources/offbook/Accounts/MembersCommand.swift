import ArgumentParser
import PromptLibrary
import SyncClient

struct Members: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "members", abstract: "Who is in the workspace, and what they may do.",
        discussion: """
            A viewer reads. A member writes. An admin also manages members and settings, sees every project, and
            purges. An owner also manages admins and owners.

              offbook members
              offbook members role grace@example.org admin
              offbook members remove grace@example.org
            """,
        subcommands: [List.self, Role.self, Remove.self, Withdraw.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the members.", discussion: "  offbook members list")

        @OptionGroup var options: LibraryOptions

        func run() async throws {
            let members = try await ServedLibrary(options).members()
            if options.json { return try JSONOutput.print(ServerAnswer.List(items: members)) }
            var table = Table("MEMBER", "ROLE", "NAME", giving: ["MEMBER", "NAME"])
            for member in members {
                table.add(member.email.isEmpty ? member.id : member.email, member.role, member.name)
            }
            table.print()
        }
    }

    struct Role: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "role", abstract: "Give a member another role.",
            discussion: "  offbook members role grace@example.org admin")

        @Argument(help: "The member's address.") var member: String
        @Argument(help: "viewer, member, admin or owner.") var role: String
        @OptionGroup var options: LibraryOptions

        private struct RoleName: Encodable { var role: String }

        func run() async throws {
            let served = try ServedLibrary(options)
            let member = try await served.member(member)
            let changed: ServerAnswer.Member = try await served.api.send(
                .patch, "\(served.path)/members/\(member.id)", RoleName(role: role))
            try Acknowledgement.print("\(self.member) is \(changed.role) now.", options)
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Take somebody out of the workspace.",
            discussion: """
                What they wrote stays. Their machines drop the library's rows with their next sync.

                  offbook members remove grace@example.org
                """)

        @Argument(help: "The member's address.") var member: String
        @OptionGroup var options: LibraryOptions

        func run() async throws {
            let served = try ServedLibrary(options)
            let member = try await served.member(member)
            let _: ServerAnswer.Done = try await served.api.send(
                .delete, "\(served.path)/members/\(member.id)", ServerAPI.Nothing())
            try Acknowledgement.print("\(self.member) is no member any more.", options)
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "withdraw", abstract: "Withdraw an invitation.",
            discussion: "  offbook members withdraw grace@example.org")

        @Argument(help: "The address that was invited.") var email: String
        @OptionGroup var options: LibraryOptions

        func run() async throws {
            let served = try ServedLibrary(options)
            let list: ServerAnswer.List<ServerAnswer.Invitation> = try await served.api.get(
                "\(served.path)/invitations")
            guard let invitation = list.items.first(where: { $0.email.lowercased() == email.lowercased() }) else {
                throw CommandError(.notFound, "\(email) is not invited")
            }
            let _: ServerAnswer.Done = try await served.api.send(
                .delete, "\(served.path)/invitations/\(invitation.id)", ServerAPI.Nothing())
            try Acknowledgement.print("Withdrew the invitation of \(email).", options)
        }
    }
}

struct Invite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Invite somebody into the workspace.",
        discussion: """
            They get a mail. Where the server sends none, you get the code, to pass it on.

              offbook invite grace@example.org
              offbook invite grace@example.org --role viewer
            """)

    @Argument(help: "Their e-mail address.") var email: String
    @Option(help: "viewer, member, admin or owner.") var role = "member"
    @OptionGroup var options: LibraryOptions

    private struct NewInvitation: Encodable {
        var email: String
        var role: String
    }

    func run() async throws {
        let served = try ServedLibrary(options)
        let invitation: ServerAnswer.Invitation = try await served.api.send(
            .post, "\(served.path)/invitations", NewInvitation(email: email, role: role))
        if options.json { return try JSONOutput.print(invitation) }
        guard let code = invitation.code else { return Console.print("An invitation was mailed to \(email).") }
        Console.print(code)
        Console.error(
            "The server sends no mail. Pass the code on: offbook login URL --email \(email) --invitation CODE")
    }
}
