#include "cli/output/exit_code.hpp"

namespace rookery::cli {
namespace {

// clang-format off
constexpr ExitInfo exit_rows[] = {
    {Exit::ok,              "ok",              "done"},
    {Exit::failure,         "failure",         "failed for a reason without a number of its own; read the error line"},
    {Exit::usage,           "usage",           "command line, configuration or input file is wrong"},
    {Exit::unavailable,     "unavailable",     "the server cannot be reached, is sealed, overloaded or too slow"},
    {Exit::not_found,       "not-found",       "no such row, file or vault"},
    {Exit::denied,          "denied",          "the caller is known but not allowed"},
    {Exit::unauthenticated, "unauthenticated", "the access token is missing, unknown, expired or revoked"},
    {Exit::conflict,        "conflict",        "exists already, was changed meanwhile, or belongs to somebody else"},
    {Exit::in_use,          "in-use",          "another process holds the vault, or a directory is not empty"},
    {Exit::wrong_secret,    "wrong-secret",    "the key file or passphrase does not open the vault"},
    {Exit::bad_permissions, "bad-permissions", "a file or the machine is not as private as it must be"},
    {Exit::integrity,       "integrity",       "something stored was changed behind the vault's back"},
    {Exit::ledger,          "ledger",          "the audit log could not be written; the server ended itself"},
    {Exit::newer_format,    "newer-format",    "the vault was written by a newer version"},
    {Exit::cancelled,       "cancelled",       "stopped on request before it was done"},
    {Exit::refused,         "refused",         "the server understood the request and refused its content"},
    {Exit::partial,         "partial",         "import: some rows were bad or in conflict, all others are in"},
    {Exit::unfit,           "unfit",           "doctor: at least one check failed"},
};
// clang-format on

}  // namespace

std::span<const ExitInfo> exit_codes() { return exit_rows; }

Exit exit_code_of(Errc code) {
    switch (code) {
        using enum Errc;
        case usage:
            return Exit::usage;
        case unavailable:
        case deadline:
        case too_many_requests:
        case rate_limited:
            return Exit::unavailable;
        case not_found:
        case key_not_found:
        case unknown_segment:
            return Exit::not_found;
        case unauthenticated:
            return Exit::unauthenticated;
        case in_use:
            return Exit::in_use;
        case wrong_secret:
            return Exit::wrong_secret;
        case bad_permissions:
            return Exit::bad_permissions;
        case integrity:
            return Exit::integrity;
        case newer_format:
            return Exit::newer_format;
        case cancelled:
            return Exit::cancelled;
        case io:
        case internal:
            return Exit::failure;
        default:
            break;
    }
    // What is left has a meaning on the wire: its HTTP status decides.
    switch (info(code).http_status) {
        case 401:
            return Exit::unauthenticated;
        case 403:
            return Exit::denied;
        case 404:
            return Exit::not_found;
        case 405:
        case 409:
        case 412:
            return Exit::conflict;
        case 503:
            return Exit::unavailable;
        case 400:
        case 413:
        case 415:
        case 501:
            return Exit::refused;
        default:
            return Exit::failure;
    }
}

}  // namespace rookery::cli
