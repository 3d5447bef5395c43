import CShims

/// What this machine offers the process.
public enum Machine {
    /// Lets go of code that only the start needed: the kernel maps far more around each first use than is used. Whatever is
    /// needed again comes back at once from the page cache. The corresponding C function is `madvise`.
    public static func forgetStart() { outpaint_forget_code() }

    /// Raises the number of descriptors this process may have to `wanted`, or as far as the system lets it, and says how
    /// many that are. It never lowers it. The corresponding C function is `setrlimit`.
    public static func allowDescriptors(_ wanted: Int) -> Int { outpaint_allow_descriptors(wanted) }

    /// The cores this process may run on. The corresponding C function is `sched_getaffinity`.
    public static var coreCount: Int { max(1, Int(outpaint_core_count())) }
}
