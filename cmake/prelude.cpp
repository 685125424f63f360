// Nothing: CMake compiles the precompiled header of a target on behalf of a source.
