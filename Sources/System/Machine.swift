import CShims

/// What this machine offers the process.
public enum Machine {
    /// Lets go of code that only the start needed: the kernel maps far more around each first use than is used. Whatever is
    /// needed again comes back at once from the page cache. The corresponding C function is `madvise`.
    public static func forgetStart() { outpaint_forget_code() }

    /// Has all threads take memory from one heap: what one has freed serves the next, and all of it can be given back, which
    /// the ends of other heaps cannot. To be called before there are threads. The corresponding C function is `mallopt`.
    public static func shareHeap() { outpaint_share_heap() }

    /// Gives memory that is free, but kept for the next use, back to the system. The corresponding C function is
    /// `malloc_trim`.
    public static func giveBackMemory() { outpaint_give_back_memory() }

    /// Keeps memory that is given up for whoever needs some next, up to 32 MiB a heap; larger buffers still come from the
    /// system and go back to it. A job on a picture needs some 2,000 pages, which cost 1.8 ms when the system has to give
    /// them anew each time. The corresponding C function is `mallopt`.
    public static func keepFreedMemory() { outpaint_keep_freed_memory() }

    /// Raises the number of descriptors this process may have to `wanted`, or as far as the system lets it, and says how
    /// many that are. It never lowers it. The corresponding C function is `setrlimit`.
    public static func allowDescriptors(_ wanted: Int) -> Int { outpaint_allow_descriptors(wanted) }

    /// The cores this process may run on. The corresponding C function is `sched_getaffinity`.
    public static var coreCount: Int { max(1, Int(outpaint_core_count())) }
}
