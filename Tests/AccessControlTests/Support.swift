import AccessControl
import Changesets

enum Place {
    static let own = id(1)
    static let other = id(2)
    static let project = id(3)
    static let hidden = id(4)
    static let readable = id(5)
    static let editable = id(6)
    static let unshared = id(7)

    static func id(_ number: UInt8) -> RowID {
        RowID([UInt8](repeating: 0, count: 15) + [number]) ?? .uuid7(at: 0)
    }
}

extension DecisionTableTests {
    static func actor(_ who: String) -> Actor? {
        let shares: [RowID: Share] = [Place.readable: .read, Place.editable: .edit]
        if who == "stranger" {
            return Actor(account: who, view: ReadView(isMember: false, users: [Place.own]), role: nil)
        }
        let role = Role(rawValue: who)
        guard role != nil || who == "guest" else { return nil }
        let seesAll = role.map { $0 >= .admin } ?? false
        let view = ReadView(
            isMember: role != nil, users: [Place.own], hiddenProjects: seesAll ? [] : [Place.hidden])
        return Actor(account: who, view: view, role: role, groups: shares)
    }

    /// The home of a row, and the groups that it is in.
    static func place(_ scope: String) -> (home: Scope, groups: Set<RowID>)? {
        switch scope {
        case "workspace": (.workspace, [])
        case "project": (.project(Place.project), [])
        case "hidden": (.project(Place.hidden), [])
        case "own": (.private(Place.own), [])
        case "other": (.private(Place.other), [])
        case "shared-read": (.private(Place.other), [Place.readable])
        case "shared-edit": (.private(Place.other), [Place.readable, Place.editable])
        case "unshared": (.private(Place.other), [Place.unshared])
        default: nil
        }
    }
}
