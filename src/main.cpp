// rookery: everything is in cli. What is caught here is exhausted memory, and ends the program.
#include "base/process_hygiene.hpp"
#include "cli/app.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    rookery::open_standard_descriptors();
    try {
        return rookery::cli::run(argc, argv);
    } catch (const std::exception&) {  // its words may repeat an argument
        std::fputs("error: unexpected: the program could not even report why\n", stderr);
        return 1;
    }
}
