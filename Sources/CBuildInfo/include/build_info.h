#pragma once

// The commit the program is built from, as `script/build` names it; empty in a plain `swift build`. A target of its own,
// so that a new commit recompiles this file and `main.swift`, and nothing else.
const char *outpaint_build_commit(void);
