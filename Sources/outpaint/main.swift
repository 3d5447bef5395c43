import App
import CBuildInfo

// A string literal of C, which ends with a zero byte and is never freed.
Program.main(commit: unsafe String(cString: outpaint_build_commit()))
