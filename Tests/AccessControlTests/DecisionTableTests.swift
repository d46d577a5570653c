import AccessControl
import Changesets
import Testing

/// Every role × action × scope, against a table that was written by hand.
@Suite struct DecisionTableTests {
    static let scopes = ["workspace", "project", "hidden", "own", "other", "shared-read", "shared-edit", "unshared"]

    /// Who may what: a letter for each scope above. A: allowed; -: denied.
    static let table: [(who: String, action: Action, allowed: String)] = [
        ("owner", .read, "AAAA-AA-"), ("owner", .use, "AAAA-AA-"), ("owner", .create, "AAAA----"),
        ("owner", .edit, "AAAA--A-"), ("owner", .delete, "AAAA----"), ("owner", .move, "AAAA----"),
        ("owner", .share, "AAAA----"), ("owner", .moveProtectedLabel, "AAAA----"),
        ("admin", .read, "AAAA-AA-"), ("admin", .use, "AAAA-AA-"), ("admin", .create, "AAAA----"),
        ("admin", .edit, "AAAA--A-"), ("admin", .delete, "AAAA----"), ("admin", .move, "AAAA----"),
        ("admin", .share, "AAAA----"), ("admin", .moveProtectedLabel, "AAAA----"),
        ("member", .read, "AA-A-AA-"), ("member", .use, "AA-A-AA-"), ("member", .create, "AA-A----"),
        ("member", .edit, "AA-A--A-"), ("member", .delete, "AA-A----"), ("member", .move, "AA-A----"),
        ("member", .share, "AA-A----"), ("member", .moveProtectedLabel, "AA-A----"),
        ("viewer", .read, "AA-A-AA-"), ("viewer", .use, "AA-A-AA-"), ("viewer", .create, "--------"),
        ("viewer", .edit, "------A-"), ("viewer", .delete, "--------"), ("viewer", .move, "--------"),
        ("viewer", .share, "--------"), ("viewer", .moveProtectedLabel, "--------"),
        ("guest", .read, "---A-AA-"), ("guest", .use, "---A-AA-"), ("guest", .create, "--------"),
        ("guest", .edit, "------A-"), ("guest", .delete, "--------"), ("guest", .move, "--------"),
        ("guest", .share, "--------"), ("guest", .moveProtectedLabel, "--------"),
        ("stranger", .read, "--------"), ("stranger", .use, "--------"), ("stranger", .create, "--------"),
        ("stranger", .edit, "--------"), ("stranger", .delete, "--------"), ("stranger", .move, "--------"),
        ("stranger", .share, "--------"), ("stranger", .moveProtectedLabel, "--------"),
        ("owner", .purge, "AAAAAAAA"), ("admin", .purge, "AAAAAAAA"), ("member", .purge, "--------"),
        ("viewer", .purge, "--------"), ("guest", .purge, "--------"), ("stranger", .purge, "--------"),
    ]

    @Test(arguments: table) func whoMayWhatWhere(who: String, action: Action, allowed: String) throws {
        let actor = try #require(Self.actor(who))
        for (scope, letter) in zip(Self.scopes, allowed) {
            let (home, groups) = try #require(Self.place(scope))
            let decision = AccessControl.decide(actor, action, home: home, through: groups)
            #expect(decision.isAllowed == (letter == "A"), "\(who) \(action) \(scope): \(decision)")
        }
    }

    @Test func theTableHasEveryRoleAndAction() {
        let actions: [Action] = [.read, .use, .create, .edit, .delete, .move, .share, .moveProtectedLabel, .purge]
        let people = Role.allCases.map(\.rawValue) + ["guest", "stranger"]
        for who in people {
            let listed = Self.table.filter { $0.who == who }
            #expect(Set(listed.map(\.action)) == Set(actions))
            #expect(listed.allSatisfy { $0.allowed.count == Self.scopes.count })
        }
        #expect(Self.table.count == people.count * actions.count)
    }

    @Test func whoManagesWhom() throws {
        let managed: [(String, [Role])] = [
            ("owner", [.viewer, .member, .admin, .owner]), ("admin", [.viewer, .member]), ("member", []),
            ("viewer", []), ("guest", []), ("stranger", []),
        ]
        for (who, roles) in managed {
            let actor = try #require(Self.actor(who))
            let allowed = Role.allCases.filter { AccessControl.decide(actor, .manageMembers($0)).isAllowed }
            #expect(allowed == roles, "\(who)")
            #expect(AccessControl.decide(actor, .manageWorkspace).isAllowed == ["owner", "admin"].contains(who))
            #expect(!AccessControl.decide(actor, .administerServer).isAllowed, "a role is of one workspace")
        }
    }

    @Test func aKeyOnlyNarrows() throws {
        for who in ["owner", "admin", "member", "viewer"] {
            var actor = try #require(Self.actor(who))
            actor.permissions = .read
            #expect(AccessControl.decide(actor, .read).isAllowed)
            for action: Action in [.use, .create, .edit, .delete, .move, .share, .moveProtectedLabel, .purge] {
                #expect(!AccessControl.decide(actor, action).isAllowed, "\(who) \(action)")
            }
            actor.permissions = [.read, .write]
            #expect(!AccessControl.decide(actor, .manageWorkspace).isAllowed)
            actor.permissions = []
            #expect(!AccessControl.decide(actor, .read).isAllowed)
        }
    }

    @Test func aPromptGoesIntoAGroupByWhoMayShareItAndChangeTheGroup() throws {
        let member = try #require(Self.actor("member"))
        let guest = try #require(Self.actor("guest"))
        let editable = Place.editable
        let putting = { (actor: Actor, prompt: Scope, groups: Set<RowID>) in
            AccessControl.decidePutting(
                actor, prompt: prompt, through: groups, into: editable, at: .private(Place.other))
        }
        #expect(putting(member, .workspace, []).isAllowed)
        #expect(putting(member, .private(Place.own), []).isAllowed)
        #expect(!putting(member, .private(Place.other), []).isAllowed, "somebody else's")
        #expect(!putting(guest, .workspace, [editable]).isAllowed, "shared with them, and not theirs to share on")
        let unseen = AccessControl.decidePutting(
            member, prompt: .workspace, through: [], into: Place.unshared, at: .private(Place.other))
        #expect(!unseen.isAllowed, "a group of somebody else")
    }

    @Test func withoutAccountsNothingIsForbidden() throws {
        for scope in Self.scopes {
            let (home, groups) = try #require(Self.place(scope))
            for action: Action in [.read, .use, .create, .edit, .delete, .move, .share, .purge, .manageWorkspace] {
                #expect(AccessControl.decide(.everything, action, home: home, through: groups).isAllowed)
            }
        }
        #expect(AccessControl.decide(.everything, .edit, home: .nobody).isAllowed)
    }
}
