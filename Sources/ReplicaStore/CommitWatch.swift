/// Sees commits to a database file, once it is told that somebody writes to it.
///
/// What is written shows some moments later, when it is committed: with a slow disk, seconds. So it is looked for
/// again and again, after a time that doubles, until nobody can be waiting for it. While nothing is written that
/// costs nothing.
package final class CommitWatch: Sendable {
    private let changeMark: ChangeMark
    /// As it was when this was made: whoever runs it may begin some moments later.
    private let first: Int64?
    private let told = Alarm()
    /// In milliseconds, of which each look is twice as late as the one before.
    private static let pauseMax = 8_192
    /// The same while each look finds something: whoever is told of what is committed all the time looks less often.
    private static let busyMax = 32

    /// - Parameter path: of the file.
    package init(_ path: String) throws {
        changeMark = try ChangeMark(path)
        first = try? changeMark.value()
    }

    /// To be called when something may have been written.
    package func tell() { told.ring() }

    /// Until the task is cancelled. It can run once.
    ///
    /// - Parameter changed: called for what was committed since this was made, or since the last call.
    package func run(changed: () async throws -> Void) async rethrows {
        var (mark, pause, busy): (Int64?, Int?, Int) = (first, nil, 1)
        while !Task.isCancelled {
            let isTold = await told.wait(atMost: pause.map { .milliseconds($0) })
            // That it can't be read any more is a change: whoever looks finds out what is wrong.
            let now = try? changeMark.value()
            let isChanged = now != mark
            mark = now
            if isChanged { try await changed() }
            busy = isChanged ? min(busy * 2, Self.busyMax) : 1
            pause = isTold || isChanged ? busy : pause.flatMap { $0 < Self.pauseMax ? $0 * 2 : nil }
        }
    }
}
