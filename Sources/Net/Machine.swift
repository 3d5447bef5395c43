import CShims

/// What this machine offers the process.
public enum Machine {
    /// The cores this process may run on. The corresponding C function is `sched_getaffinity`.
    public static var coreCount: Int { max(1, Int(outpaint_core_count())) }
}
