// rookery: everything is in cli. What is caught here is a bug or exhausted memory, and ends the program.
#include "cli/app.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    try {
        return rookery::cli::run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: unexpected: %s\n", error.what());
        std::fputs(
            "hint: this is a fault of the program, not of its use; please report it\n", stderr
        );
        return 1;
    }
}
