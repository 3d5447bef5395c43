import Glibc
import Testing

@testable import Net
@testable import System

@Suite struct MachineTests {
    @Test func `as many descriptors are allowed as the system permits`() {
        let before = Machine.allowDescriptors(0)
        #expect(before > 0)
        // Never fewer than there were, and no more than can be had.
        #expect(Machine.allowDescriptors(1) == before)
        let most = Machine.allowDescriptors(.max)
        #expect(most >= before)
        #expect(Machine.allowDescriptors(.max) == most)
        #expect(sysconf(CInt(_SC_OPEN_MAX)) == most)
    }
}
