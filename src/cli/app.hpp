// The program: its commands are a table in app.cpp, one file each in commands/.
#pragma once

namespace rookery::cli {

/// The whole program but for its last resort, the catch in main.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace rookery::cli
