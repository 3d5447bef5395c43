import CShims

/// Operating system resources and settings of this process.
public enum Machine {
    /// Unmaps code that only startup needed, since the kernel maps far more around each first use than is used. Pages
    /// needed again are remapped from the page cache. The corresponding C function is `madvise`.
    public static func forgetStart() { outpaint_forget_code() }

    /// Makes all threads allocate from one heap, so that memory freed by one thread serves the others and all of it can
    /// be returned to the system, which is not possible at the ends of other heaps. Must be called before any thread
    /// starts. The corresponding C function is `mallopt`.
    public static func shareHeap() { outpaint_share_heap() }

    /// Returns free heap memory to the system. The corresponding C function is `malloc_trim`.
    public static func giveBackMemory() { outpaint_give_back_memory() }

    /// Keeps up to 32 MiB of freed memory per heap for reuse. Larger buffers are still allocated from the system and
    /// returned to it. Processing a picture needs about 2,000 pages, which cost 1.8 ms if the system has to supply them
    /// each time. The corresponding C function is `mallopt`.
    public static func keepFreedMemory() { outpaint_keep_freed_memory() }

    /// Raises the limit of file descriptors of this process to `wanted`, or as far as the system permits, and returns
    /// the limit. Never lowers it. The corresponding C function is `setrlimit`.
    public static func allowDescriptors(_ wanted: Int) -> Int { outpaint_allow_descriptors(wanted) }

    /// The number of cores this process may run on. The corresponding C function is `sched_getaffinity`.
    public static var coreCount: Int { max(1, Int(outpaint_core_count())) }
}
