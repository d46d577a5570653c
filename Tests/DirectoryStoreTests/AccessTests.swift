import AccessControl
import Changesets
import DirectoryStore
import Foundation
import Testing

/// A workspace with an owner, to whom others are added.
struct Team {
    let directory: TestDirectory
    let owner: Caller
    let workspace: DirectoryWorkspace

    init(_ directory: TestDirectory) throws {
        self.directory = directory
        let password = try directory.store.createOwner(email: "owner@b.example")
        let request = SignInRequest(email: "owner@b.example", password: password, newPassword: goodPassword)
        owner = try directory.caller(bearing: directory.store.signIn(request, from: elsewhere).accessToken)
        workspace = try directory.store.createWorkspace(named: "Team", id: nil, by: owner)
    }

    @discardableResult
    func add(_ email: String, _ role: Role) throws -> Caller {
        if (try? directory.signIn(email)) == nil { try directory.person(email) }
        let caller = try directory.caller(email)
        let (_, code) = try directory.store.invite(email, as: role, to: workspace, by: owner)
        try directory.store.accept(invitation: code, by: caller)
        return caller
    }

    func actor(_ caller: Caller) throws -> Actor { try directory.store.actor(for: caller, in: workspace) }
}

@Suite("Access") struct AccessTests {
    private let project = RowID.uuid7(at: 1)
    private let group = RowID.uuid7(at: 2)

    @Test("An actor is what the directory says at that moment")
    func actors() throws {
        let directory = try TestDirectory()
        let team = try Team(directory)
        let (bob, eve) = (try team.add("bob@b.example", .member), try team.add("eve@b.example", .admin))
        try directory.store.restrict(project, in: team.workspace, by: team.owner)
        #expect(try team.actor(bob).view.hiddenProjects == [project])
        #expect(try team.actor(eve).view.hiddenProjects.isEmpty, "admins are in all projects")
        try directory.store.add(bob.account, to: project, in: team.workspace, by: team.owner)
        #expect(try team.actor(bob).view.hiddenProjects.isEmpty)
        try directory.store.remove(bob.account, from: project, in: team.workspace, by: team.owner)
        #expect(try team.actor(bob).view.hiddenProjects == [project])
        try directory.store.open(project, in: team.workspace, by: team.owner)
        #expect(try team.actor(bob).view.hiddenProjects.isEmpty)

        try directory.store.setRole(.viewer, of: bob.account, in: team.workspace, by: team.owner)
        #expect(try team.actor(bob).role == .viewer)
        try directory.store.removeMember(bob.account, from: team.workspace, by: team.owner)
        let gone = try team.actor(bob)
        #expect(gone.role == nil && gone.view.isNothing)
        let id = try #require(team.workspace.id)
        #expect(try directory.store.syncedWorkspace(id, for: bob) == team.workspace, "who was a member is told so")
        try directory.person("stranger@b.example")
        let stranger = try directory.caller("stranger@b.example")
        #expect(try directory.store.syncedWorkspace(id, for: stranger) == nil)
    }

    @Test("A group is shared with a member, with everybody in the workspace, or with somebody outside of it")
    func sharing() throws {
        let directory = try TestDirectory()
        let team = try Team(directory)
        let bob = try team.add("bob@b.example", .viewer)
        try directory.person("guest@b.example")
        let guest = try directory.caller("guest@b.example")
        func share(_ name: String?, _ level: Share) throws {
            try directory.store.share(group, home: .workspace, with: name, level, in: team.workspace, by: team.owner)
        }
        try share("guest@b.example", .read)
        #expect(try team.actor(guest).groups == [group: .read])
        #expect(try team.actor(guest).view.contains(.group(group)))
        #expect(try !team.actor(guest).view.contains(.workspace))
        #expect(try directory.store.visitedWorkspaces(of: guest) == [team.workspace])
        try share("GUEST@b.example", .edit)
        #expect(try team.actor(guest).groups == [group: .edit])
        try share(nil, .read)
        #expect(try team.actor(bob).groups == [group: .read])
        #expect(try directory.store.shares(of: group, home: .workspace, in: team.workspace, for: bob).count == 2)
        try directory.store.unshare(
            group, home: .workspace, with: "guest@b.example", in: team.workspace, by: team.owner)
        #expect(try team.actor(guest).view.isNothing)
        let id = try #require(team.workspace.id)
        #expect(try directory.store.syncedWorkspace(id, for: guest) == nil, "who never synced it has nothing to lose")
        #expect(throws: AccountError(.notFound, "")) { try share("nobody@b.example", .read) }
        #expect(throws: AccountError(.denied, ""), "a viewer shares nothing") {
            try directory.store.share(group, home: .workspace, with: nil, .edit, in: team.workspace, by: bob)
        }
        #expect(throws: AccountError(.denied, ""), "a guest learns nothing of the members") {
            try directory.store.members(of: team.workspace, for: guest)
        }
    }

    @Test("Who may manage whom", arguments: [Role.viewer, .member, .admin, .owner], Role.allCases)
    func managing(by role: Role, of other: Role) throws {
        let directory = try TestDirectory()
        let team = try Team(directory)
        let manager = try team.add("manager@b.example", role)
        let managed = try team.add("managed@b.example", other)
        let isAllowed = role == .owner || role == .admin && other < .admin
        func attempt(_ body: () throws -> Void) -> Bool { (try? body()) != nil }
        #expect(
            attempt { try directory.store.setRole(.viewer, of: managed.account, in: team.workspace, by: manager) }
                == isAllowed)
        #expect(
            attempt { _ = try directory.store.invite("x@b.example", as: other, to: team.workspace, by: manager) }
                == isAllowed)
        #expect(
            !attempt { try directory.store.setRole(.owner, of: managed.account, in: team.workspace, by: manager) }
                || role == .owner)
    }

    @Test("A user of the rows is one account's for ever; an account may have several")
    func identities() throws {
        let directory = try TestDirectory()
        let team = try Team(directory)
        let bob = try team.add("bob@b.example", .member)
        let (first, second) = (RowID.uuid7(at: 5), RowID.uuid7(at: 6))
        #expect(try directory.store.bind(first, to: bob, in: team.workspace))
        #expect(try directory.store.bind(first, to: bob, in: team.workspace))
        #expect(try !directory.store.bind(first, to: team.owner, in: team.workspace))
        directory.pass(minutes: 1)
        #expect(try directory.store.bind(second, to: bob, in: team.workspace))
        #expect(try directory.store.firstIdentity(of: bob, in: team.workspace) == first)
        #expect(try team.actor(bob).view.users == [first, second])
        #expect(try team.actor(team.owner).view.users.isEmpty)
    }

    @Test("A read-only key of an admin manages nobody, and another workspace is not there")
    func narrowed() throws {
        let directory = try TestDirectory()
        let team = try Team(directory)
        var request = APIKeyRequest(name: "read")
        request.permissions = .read
        let reader = try directory.caller(bearing: directory.store.createKey(request, by: team.owner).text)
        #expect(throws: AccountError(.denied, "")) {
            try directory.store.invite("x@b.example", as: .viewer, to: team.workspace, by: reader)
        }
        try directory.person("bob@b.example")
        let bob = try directory.caller("bob@b.example")
        #expect(throws: AccountError(.notFound, "")) {
            try directory.store.workspace(team.workspace.id, for: bob)
        }
    }

    @Test("Every sign-in and change of access is in the audit log, which nothing changes")
    func audited() throws {
        let directory = try TestDirectory()
        let team = try Team(directory)
        let bob = try team.add("bob@b.example", .member)
        try directory.store.setRole(.admin, of: bob.account, in: team.workspace, by: team.owner)
        try directory.store.restrict(project, in: team.workspace, by: bob)
        try directory.store.removeMember(bob.account, from: team.workspace, by: team.owner)
        let actions = Set(try directory.actions())
        for action in [
            "owner-created", "signed-in", "workspace-created", "invited", "member-added", "role-changed",
            "project-restricted", "member-removed", "registered", "verified", "password-changed",
        ] {
            #expect(actions.contains(action), "\(action)")
        }
        let entry = try #require(try directory.store.auditLog(limit: 1, action: "role-changed").first)
        #expect(entry.who == "owner@b.example" && entry.subject == "bob@b.example" && entry.workspace == "Team")
        #expect(entry.detail == "member → admin" && entry.address == elsewhere.address)
        #expect(throws: AccountError(.denied, "")) {
            try directory.store.auditLog(limit: 1, action: nil, before: nil, for: bob)
        }
    }
}
