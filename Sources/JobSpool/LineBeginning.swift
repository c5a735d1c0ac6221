// From a byte of a file back to the line that it is in.

internal import LinuxIO

extension Descriptor {
  private static var block: Int64 { 1 << 16 }

  /// Where the line begins that a place is in; the place itself if it is behind a line's end, or
  /// if the line begins more than so many bytes before it.
  func lineBeginning(at place: Int64, within bytes: Int) throws(SystemError) -> Int64 {
    var end = place
    while end > 0, place - end <= bytes {
      let begin = max(0, end - Descriptor.block)
      let block = try read(limit: Int(end - begin), at: begin)
      if let index = block.lastIndex(of: UInt8(ascii: "\n")) { return begin + Int64(index) + 1 }
      end = begin
    }
    return end > 0 ? place : 0
  }
}
