import CShims

/// What this machine offers the process.
public enum Machine {
    /// Lets go of code that only the start needed: the kernel maps far more around each first use than is used. Whatever is
    /// needed again comes back at once from the page cache. The corresponding C function is `madvise`.
    public static func forgetStart() { outpaint_forget_code() }

    /// Keeps memory that is given up for whoever needs some next, up to 32 MiB a heap; larger buffers still come from the
    /// system and go back to it. A job on a picture needs some 2,000 pages, which cost 1.8 ms when the system has to give
    /// them anew each time. The corresponding C function is `mallopt`.
    public static func keepFreedMemory() { outpaint_keep_freed_memory() }

    /// Has large blocks of memory go back to the system as soon as they are free. Left alone, the C library keeps blocks of the
    /// size it saw last for each thread, which with pictures is a multiple of what is in use. The corresponding C function is
    /// `mallopt`.
    public static func keepNoLargeBlocks() { outpaint_keep_no_large_blocks() }

    /// Raises the number of descriptors this process may have to `wanted`, or as far as the system lets it, and says how
    /// many that are. It never lowers it. The corresponding C function is `setrlimit`.
    public static func allowDescriptors(_ wanted: Int) -> Int { outpaint_allow_descriptors(wanted) }

    /// The cores this process may run on. The corresponding C function is `sched_getaffinity`.
    public static var coreCount: Int { max(1, Int(outpaint_core_count())) }
}
