import CFuzzer
import Glibc

// libFuzzer reads the arguments, and may run this program again with others; so the target is named apart.
//
//   OFFBOOK_FUZZ_TARGET=decoder offbook-fuzz CORPUS -runs=1000000
//   OFFBOOK_FUZZ_TARGET=decoder offbook-fuzz seeds VECTORS CORPUS
let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
guard let name = getenv("OFFBOOK_FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) else {
    print("OFFBOOK_FUZZ_TARGET is to be one of \(names)")
    exit(2)
}
if CommandLine.arguments.count == 4, CommandLine.arguments[1] == "seeds" {
    try target.writeSeeds(from: CommandLine.arguments[2], to: CommandLine.arguments[3])
    exit(0)
}
Running.target = try target.made()
var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
    LLVMFuzzerRunDriver(&count, &arguments) { data, size in
        Running.run([UInt8](UnsafeBufferPointer(start: data, count: size)))
        return 0
    })
