internal import Glibc

/// An address of version 4 or 6, as its bytes.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16.
    package let bytes: [UInt8]

    package var isV4: Bool { bytes.count == 4 }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Only the plain spelling: four decimal numbers, or what RFC 4291 says. `2130706433` and `0x7f.1` are names to us,
    /// of which the system makes addresses when it resolves them, and those are looked at then.
    package init?(_ text: String) {
        guard let bytes = Self.parse(AF_INET, text, count: 4) ?? Self.parse(AF_INET6, text, count: 16) else {
            return nil
        }
        self.init(bytes: bytes)
    }

    private static func parse(_ family: Int32, _ text: String, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }

    /// Nil for families that are neither.
    init?(_ info: addrinfo) {
        guard let address = info.ai_addr else { return nil }
        let raw = UnsafeRawPointer(address)
        switch info.ai_family {
        case AF_INET where Int(info.ai_addrlen) >= MemoryLayout<sockaddr_in>.size:
            self.init(bytes: withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) })
        case AF_INET6 where Int(info.ai_addrlen) >= MemoryLayout<sockaddr_in6>.size:
            self.init(bytes: withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) })
        default: return nil
        }
    }

    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(isV4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
