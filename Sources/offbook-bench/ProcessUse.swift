import FoundationEssentials
import Glibc

/// What a process that runs has taken so far, by /proc.
struct ProcessUse {
    let process: pid_t

    /// Of the processor, in milliseconds: of all threads that have not ended.
    var cpu: Double {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        return threads.reduce(0) { sum, thread in
            let nanoseconds = text("task/\(thread)/schedstat").split(separator: " ").first.flatMap { Double($0) }
            return sum + (nanoseconds ?? 0) / 1e6
        }
    }

    /// How many files it has open.
    var files: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count) ?? 0 }

    /// Bytes that are resident.
    var memory: Double { status("VmRSS:") }

    /// The most that were, since the process began or `forgetPeak` was said.
    var peak: Double { status("VmHWM:") }

    func forgetPeak() throws { try Data("5".utf8).write(to: URL(filePath: "/proc/\(process)/clear_refs")) }

    private func status(_ name: String) -> Double {
        let line = text("status").split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        let words = line.split { $0.isWhitespace }
        return words.count > 1 ? (Double(words[1]) ?? .nan) * 1024 : .nan
    }

    private func text(_ file: String) -> String {
        String(decoding: FileManager.default.contents(atPath: "/proc/\(process)/\(file)") ?? Data(), as: UTF8.self)
    }
}
