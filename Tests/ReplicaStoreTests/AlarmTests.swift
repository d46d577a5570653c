import ReplicaStore
import Testing

@Suite("Alarms")
struct AlarmTests {
    private let alarm = Alarm()

    @Test("A ring ends a wait, and one that nobody waited for ends the next, once")
    func rings() async {
        alarm.ring()
        alarm.ring()
        #expect(await alarm.wait(atMost: .seconds(600)))
        async let isRung = alarm.wait()
        alarm.ring()
        #expect(await isRung)
        #expect(await !alarm.wait(atMost: .milliseconds(1)))
    }

    @Test("A wait ends at its own time, also while a longer or a shorter one before goes on")
    func times() async {
        for span in [600_000, 5, 40, 20, 1] {
            let began = ContinuousClock.now
            if span > 1000 { alarm.ring() }
            let isRung = await alarm.wait(atMost: .milliseconds(span))
            #expect(isRung == (span > 1000))
            #expect(isRung || ContinuousClock.now - began >= .milliseconds(span))
        }
    }

    @Test("Who is woken from a wait, and waits again, is left the whole of the new time")
    func again() async {
        var isRung = false
        while !isRung {
            async let first = alarm.wait(atMost: .milliseconds(30))
            alarm.ring()
            isRung = await first
            // A ring that came too late is kept.
            if !isRung { await alarm.wait() }
        }
        let began = ContinuousClock.now
        #expect(await !alarm.wait(atMost: .milliseconds(60)))
        #expect(ContinuousClock.now - began >= .milliseconds(60))
    }

    @Test("The end of the task ends its wait")
    func cancelled() async {
        let waiting = Task { await alarm.wait() }
        waiting.cancel()
        _ = await waiting.value
    }
}
