import SyncEngine
import Testing

@testable import offbook

@Suite struct ProgressBarTests {
    @Test(arguments: [
        (
            SyncProgress(.receiving, done: 45_000, total: 1_234_567), 80,
            "Receiving [#............................]   3 %  45,000 of about 1,234,567 rows"
        ),
        (
            SyncProgress(.joining, done: 600, total: 600), 60,
            "Joining [##########################] 100 %  600 of 600 rows"
        ),
        (SyncProgress(.receiving, done: 0, total: 999), 50, "Receiving [..........]   0 %  0 of about 999 rows"),
        (SyncProgress(.receiving, done: 5, total: 10), 30, "Receiving 50 %  5 of about 10"),
        (SyncProgress(.sending, done: 1000), 80, "Sending 1,000 rows"),
        (SyncProgress(.sending, done: 1000), 8, "Sending"),
    ])
    func line(_ progress: SyncProgress, _ width: Int, _ line: String) {
        #expect(ProgressBar.line(progress, width: width) == line)
        #expect(line.count < width)
    }
}
