// A service manager's end of the notify protocol: a datagram socket, and what came to it.

import Foundation
import Glibc
import Synchronization

/// Collects what a process tells its service manager.
final class NotifyListener: Sendable {
  /// What NOTIFY_SOCKET has to be.
  let path: String
  private let descriptor: Int32
  private let told = Mutex<[String]>([])

  init(_ fixture: JobrunFixture) throws {
    path = fixture.path("notify.sock")
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let descriptor = descriptor
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if code != 0 { throw TestFailure("bind \(path): \(String(cString: strerror(errno)))") }
  }

  deinit { close(descriptor) }

  /// All datagrams so far, in order.
  var datagrams: [String] {
    told.withLock { told in
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count < 0 { return told }
        told.append(String(decoding: buffer[..<count], as: UTF8.self))
      }
    }
  }

  /// What is told of states, without status lines and the watchdog.
  var states: [String] {
    datagrams.compactMap { datagram in
      let word = String(datagram.prefix { $0 != "\n" })
      return word.hasPrefix("STATUS=") || word == "WATCHDOG=1" ? nil : word
    }
  }
}
