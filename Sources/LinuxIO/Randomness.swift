// Unpredictable bytes from the kernel.

internal import CLinux
internal import Glibc

/// The kernel's random source (getrandom(2)).
public enum Randomness {
  /// So many unpredictable bytes. Up to 256 bytes are never cut short once the system is up.
  public static func bytes(_ count: Int) throws(SystemError) -> [UInt8] {
    precondition(count <= 256)
    var bytes = [UInt8](repeating: 0, count: count)
    _ = try check("getrandom") { getrandom(&bytes, count, 0) }
    return bytes
  }
}
