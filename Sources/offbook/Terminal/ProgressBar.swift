import Glibc
import SyncEngine

/// How far a sync is, on one line of a terminal; nothing elsewhere.
final class ProgressBar {
    private let isShown: Bool
    private var isOnScreen = false

    init(isShown: Bool) { self.isShown = isShown && Console.isErrorTerminal }

    func show(_ progress: SyncProgress) {
        guard isShown else { return }
        isOnScreen = true
        Console.progress(Self.line(progress, width: Console.errorWidth))
    }

    func clear() {
        if isOnScreen { Console.progress("") }
        isOnScreen = false
    }

    /// `Receiving [#####.....]  50 %  5,000 of about 10,000 rows`, or as much of it as fits.
    static func line(_ progress: SyncProgress, width: Int) -> String {
        let name = name(progress.stage)
        guard let total = progress.total, total > 0 else {
            return fitted("\(name) \(grouped(progress.done)) rows", width)
        }
        let done = min(progress.done, total)
        let about = progress.stage == .receiving ? "of about" : "of"
        let count = "\(grouped(done)) \(about) \(grouped(total)) rows"
        let percent = "\(done * 100 / total) %"
        let room = width - 1 - name.count - count.count - 11
        guard room >= 10 else { return fitted("\(name) \(percent)  \(count)", width) }
        return "\(name) \(bar(done, total, min(room, 40))) \(padded(percent, 5))  \(count)"
    }

    private static func bar(_ done: UInt64, _ total: UInt64, _ width: Int) -> String {
        let full = Int(Double(done) / Double(total) * Double(width))
        return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: width - full) + "]"
    }

    private static func name(_ stage: SyncProgress.Stage) -> String {
        switch stage {
        case .sending: "Sending"
        case .receiving: "Receiving"
        case .joining: "Joining"
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// The last column stays free: a terminal would begin a new line.
    private static func fitted(_ text: String, _ width: Int) -> String { String(text.prefix(max(0, width - 1))) }

    /// 1234567 as 1,234,567.
    private static func grouped(_ number: UInt64) -> String {
        let digits = Array(String(number))
        return digits.enumerated().map { place, digit in
            place > 0 && (digits.count - place).isMultiple(of: 3) ? ",\(digit)" : "\(digit)"
        }.joined()
    }
}
