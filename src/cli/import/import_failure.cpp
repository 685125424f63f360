#include "cli/import/import_failure.hpp"

namespace rookery::cli {

bool ends_import(Errc code) {
    switch (code) {
        using enum Errc;
        case unauthenticated:
        case user_disabled:
        case missing_privilege:
        case column_create_denied:
        case column_update_denied:
        case unavailable:
        case deadline:
        case too_many_requests:
        case rate_limited:
        case integrity:
        case internal:
        case io:
        case unsupported:
        case unknown_segment:
        case method_not_allowed:
            return true;
        default:
            return false;
    }
}

bool may_lie_with_a_row(Errc code) { return code == Errc::missing_privilege; }

bool is_duplicate(Errc code) { return code == Errc::duplicate_id || code == Errc::duplicate_key; }

bool is_outdated(Errc code) {
    // A version that a body repeats is a column that the vault sets: another value is refused as such.
    return code == Errc::protected_column || code == Errc::version_mismatch;
}

Outcome outcome_of(Errc code) {
    // Nobody else stands against it, and another run ends alike.
    if (code == Errc::missing_privilege) return Outcome::bad;
    switch (info(code).http_status) {
        case 403:
        case 409:
        case 412:
            return Outcome::conflict;
        default:
            return Outcome::bad;
    }
}

}  // namespace rookery::cli
