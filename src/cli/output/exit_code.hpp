// What the process ends with. Documented in docs/cli.md; scripts rely on the numbers, so a number
// is never given a second meaning.
#pragma once

#include "base/errc.hpp"

#include <span>
#include <string_view>

namespace rookery::cli {

enum class Exit : int {
    ok = 0,
    failure = 1,      // anything without a number of its own
    usage = 2,        // command line, configuration or input file
    unavailable = 3,  // no answer, sealed, overloaded, or too slow
    not_found = 4,
    denied = 5,            // known caller, not allowed
    unauthenticated = 6,   // token missing, unknown, expired or revoked
    conflict = 7,          // exists already, changed meanwhile, belongs to somebody else
    in_use = 8,            // another process, or a folder that is not empty
    wrong_secret = 9,      // key file or passphrase opens no slot
    bad_permissions = 10,  // a file or the machine is not as private as it must be
    integrity = 11,        // something stored was changed
    ledger = 12,           // the log could not be written; the server ended itself
    newer_format = 13,
    cancelled = 14,
    refused = 15,  // the server understood the request and found it wrong
    partial = 16,  // import: some rows were not taken over
    unfit = 17,    // doctor: a check failed
};

struct ExitInfo {
    Exit code;
    std::string_view name;
    std::string_view meaning;
};

/// All of them, ascending; docs/cli.md is checked against it.
[[nodiscard]] std::span<const ExitInfo> exit_codes();
[[nodiscard]] Exit exit_code_of(Errc code);

}  // namespace rookery::cli
