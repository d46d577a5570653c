internal import FoundationEssentials
internal import Glibc

/// Where a replica lives: the machine, and the file on it. A copy has another one.
package func machineAndFile(_ path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "" }
    return "\(machine):\(status.st_ino)"
}

/// machine-id(5). A system without one is told apart by its files only.
private let machine: String = {
    let data = FileManager.default.contents(atPath: "/etc/machine-id") ?? Data()
    return String(decoding: data, as: UTF8.self).filter(\.isHexDigit)
}()
