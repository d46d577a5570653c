import Foundation

/// Makes processes believe that it is another time: a library that is loaded before the C library and adds
/// to what the clock on the wall shows. Other clocks stay as they are.
final class WrongClock {
    private static let source = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <sys/time.h>
        #include <time.h>

        /* Read each time, so that the clock of a running process can jump. */
        static long offset(void) {
            long seconds = 0;
            FILE *file = fopen(getenv("WRONG_CLOCK"), "r");
            if (!file || fscanf(file, "%ld", &seconds) != 1) abort();
            fclose(file);
            return seconds;
        }

        int clock_gettime(clockid_t clock, struct timespec *time) {
            static int (*real)(clockid_t, struct timespec *);
            if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
            int status = real(clock, time);
            if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += offset();
            return status;
        }

        int gettimeofday(struct timeval *time, void *zone) {
            struct timespec now;
            if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
            time->tv_sec = now.tv_sec;
            time->tv_usec = now.tv_nsec / 1000;
            return 0;
        }

        time_t time(time_t *result) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (result) *result = now.tv_sec;
            return now.tv_sec;
        }
        """#

    private let library: String
    private let file: String

    /// With a C compiler, which Swift brings along.
    init(in scratch: Scratch) throws {
        let source = try scratch.file("clock-\(UUID().uuidString).c", Self.source)
        library = source + ".so"
        file = try scratch.file("clock-\(UUID().uuidString)", "0")
        let built = try shell("clang -shared -fPIC -o \(quoted(library)) \(quoted(source)) -ldl")
        guard built.status == 0 else { throw Complaint("clang: \(built.error)") }
    }

    /// For whoever is to have this clock.
    var environment: [String: String] { ["LD_PRELOAD": library, "WRONG_CLOCK": file] }

    func set(secondsAhead seconds: Int) throws {
        try Data("\(seconds)".utf8).write(to: URL(filePath: file), options: .atomic)
    }

    /// What the clock of a process of this environment shows.
    func year() throws -> Int {
        let shown = try shell("date +%Y", environment: environment)
        return Int(shown.output.trimmingCharacters(in: .newlines)) ?? -1
    }
}
