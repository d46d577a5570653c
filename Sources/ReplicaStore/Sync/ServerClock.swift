internal import Changesets
internal import FoundationEssentials
internal import GRDB
internal import Glibc
internal import SyncEngine

/// How long the machine has been running, asleep or awake, which nobody can set.
package struct Uptime: Hashable, Sendable {
    /// Names this start of the machine; what was before it can't be compared.
    package var boot: String
    package var milliseconds: Int64

    package init(boot: String, milliseconds: Int64) {
        self.boot = boot
        self.milliseconds = milliseconds
    }
}

/// The kernel's, or nil where it tells none.
@Sendable package func systemUptime() -> Uptime? {
    var time = timespec()
    guard let boot, clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return nil }
    return Uptime(boot: boot, milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
}

private let boot: String? = {
    let data = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") ?? Data()
    let id = String(decoding: data, as: UTF8.self).filter(\.isHexDigit)
    return id.isEmpty ? nil : id
}()

/// What a server's clock showed, and for how long the machine had been running then.
struct ClockReading {
    /// Unix milliseconds.
    var wall: Int64
    var uptime: Uptime?

    /// By how much the clock has run ahead of time since an earlier reading, negative for behind, in
    /// milliseconds. Over a restart of the machine nobody knows how much time went by, but some did.
    func deviation(since earlier: ClockReading) -> Int64 {
        let passed = Self.difference(wall, earlier.wall)
        guard let uptime, let before = earlier.uptime, uptime.boot == before.boot,
            uptime.milliseconds >= before.milliseconds
        else { return min(passed, 0) }
        return Self.difference(passed, Self.difference(uptime.milliseconds, before.milliseconds))
    }

    /// As far as it can be told.
    private static func difference(_ a: Int64, _ b: Int64) -> Int64 {
        let (difference, hasOverflowed) = a.subtractingReportingOverflow(b)
        return hasOverflowed ? (a < b ? .min : .max) : difference
    }
}

/// A server whose clock jumps stamps and judges by a wrong time, and would hand it on to everybody. So it
/// merges nothing until the clock is right again, or somebody says that it is (`sync-protocol/http.md`).
extension Replica {
    private static let jumpMax: Int64 = 3_600_000

    private var clockReading: ClockReading { ClockReading(wall: machineTime(), uptime: surroundings.uptime()) }

    /// Nil where the clock can be believed.
    package func clockDoubt() throws -> String? { try read { try clockDoubt($0) } }

    func clockDoubt(_ transaction: ReadTransaction) throws -> String? {
        guard let earlier = try transaction.clockReading() else { return nil }
        let deviation = clockReading.deviation(since: earlier)
        guard deviation.magnitude > UInt64(Self.jumpMax) else { return nil }
        let (hours, rest) = deviation.magnitude.quotientAndRemainder(dividingBy: UInt64(Self.jumpMax))
        let rounded = rest * 2 < UInt64(Self.jumpMax) ? hours : hours + 1
        return "its clock has jumped \(rounded) h \(deviation < 0 ? "back" : "ahead") since it "
            + "last merged"
    }

    /// - Throws: `SyncRefusal.unavailable`.
    func checkClock(_ transaction: ReadTransaction) throws {
        guard let doubt = try clockDoubt(transaction) else { return }
        throw SyncRefusal(
            .unavailable,
            "the server merges nothing now, as \(doubt); set it right there, or, if it is right, say so there: "
                + "offbook doctor --accept-clock")
    }

    /// To be called in whatever transaction stamps or judges by the clock.
    func noteClock(_ transaction: WriteTransaction) throws {
        try checkClock(transaction.reading)
        try transaction.note(clockReading)
    }

    /// Takes the clock as it is.
    package func acceptClock() throws { try write { try $0.note(clockReading) } }
}

extension ReadTransaction {
    fileprivate func clockReading() throws -> ClockReading? {
        try SQLStatement(database, "SELECT wall, boot, uptime FROM server_clock").first([]) { row in
            let boot = row.value(1).text ?? ""
            let uptime = boot.isEmpty ? nil : Uptime(boot: boot, milliseconds: row.integer(2))
            return ClockReading(wall: row.integer(0), uptime: uptime)
        }
    }
}

extension WriteTransaction {
    fileprivate func note(_ reading: ClockReading) throws {
        try execute(
            "INSERT OR REPLACE INTO server_clock (only, wall, boot, uptime) VALUES (1, ?, ?, ?)",
            [
                .integer(reading.wall), .text(reading.uptime?.boot ?? ""),
                .integer(reading.uptime?.milliseconds ?? 0),
            ])
    }
}
