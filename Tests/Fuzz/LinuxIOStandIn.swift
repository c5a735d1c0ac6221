// Stands for the module LinuxIO where the HTTP parser is built alone (HTTPFuzzer.swift): a
// request carries the address of its client, and the parser never looks at it.

/// The address of a client.
public struct SocketAddress: Hashable, Sendable {}
