import AccessControl
import Changesets
import Testing

@Suite struct ReadViewTests {
    private static let views: [ReadView] = [
        .everything, .nothing, ReadView(isMember: true),
        ReadView(
            isMember: false, users: [Place.own, Place.other], groups: [Place.readable], hiddenProjects: [Place.hidden]),
    ]

    @Test(arguments: views) func bytesGoBothWays(_ view: ReadView) throws {
        #expect(try ReadView(bytes: view.bytes) == view)
        #expect(throws: ChangesetError.self) { try ReadView(bytes: view.bytes + [0]) }
        #expect(throws: ChangesetError.self) { try ReadView(bytes: view.bytes.dropLast()) }
    }

    @Test func onlyCanonicalBytesAreAView() {
        let (one, two) = (Place.own.bytes, Place.other.bytes)
        #expect(throws: ChangesetError.self) { try ReadView(bytes: []) }
        #expect(throws: ChangesetError.self) { try ReadView(bytes: [4, 0, 0, 0]) }
        #expect(throws: ChangesetError.self, "descending") { try ReadView(bytes: [0, 2] + two + one + [0, 0]) }
        #expect(throws: ChangesetError.self, "twice") { try ReadView(bytes: [0, 2] + one + one + [0, 0]) }
        #expect(throws: ChangesetError.self, "a count beyond the end") {
            try ReadView(bytes: [0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])
        }
    }

    @Test func audiencesAreCanonical() {
        let audience = Audience([.workspace, .group(Place.readable), .workspace])
        #expect(audience.scopes == [.workspace, .group(Place.readable)])
        #expect(Audience(bytes: audience.bytes) == audience)
        #expect(Audience(bytes: audience.bytes.reversed()) == nil)
        #expect(Audience(bytes: []) == nil)
        #expect(Audience(bytes: [9] + Place.own.bytes) == nil)
        #expect(Audience([]).scopes == [.nobody])
    }

    @Test func whoSeesNothingSeesNothingPrivateEither() {
        let removed = ReadView(isMember: false, users: [Place.own])
        #expect(removed.isNothing)
        #expect(!removed.contains(.private(Place.own)))
        #expect(!removed.contains(.anyone))
        #expect(ReadView(isMember: false, groups: [Place.readable]).contains(.anyone))
    }
}
