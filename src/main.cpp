// rookery: everything is in cli. Before it begins, the process forbids itself what no command needs. What is caught
// here is exhausted memory, and ends the program.
#include "base/process_hygiene.hpp"
#include "cli/app.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    rookery::open_standard_descriptors();
    try {
        if (const auto hardened = rookery::harden_process(); !hardened) {
            std::fprintf(stderr, "error: %s\n", hardened.error().message.c_str());
            return 10;  // bad-permissions: the machine is not as private as it must be
        }
        return rookery::cli::run(argc, argv);
    } catch (const std::exception&) {  // its words may repeat an argument
        std::fputs("error: unexpected: the program could not even report why\n", stderr);
        return 1;
    }
}
