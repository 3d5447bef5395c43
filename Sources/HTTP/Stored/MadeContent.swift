public import Bytes
public import System

/// Bytes that are made while they are sent and never are in memory as a whole, such as a text around what is kept in files.
public protocol MadeContent: AnyObject, Sendable {
    /// How many there are.
    var count: Int { get }

    /// The memory that it takes until it is sent.
    var weight: Int { get }

    /// Makes part of the bytes, behind what the buffer holds; always the same for a range.
    func append(_ range: Range<Int>, to buffer: inout ByteBuffer) throws(Errno)
}
