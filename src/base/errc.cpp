#include "base/errc.hpp"

namespace rookery {
namespace {

using enum Errc;

// clang-format off
constexpr ErrcInfo rows[] = {
    {malformed,              "malformed",              400, "0x80060888"},
    {unknown_property,       "unknown_property",       400, "0x80060888"},
    {unknown_segment,        "unknown_segment",        404, "0x80060888"},
    {unresolved_parameters,  "unresolved_parameters",  400, "0x80060888"},
    {bad_payload,            "bad_payload",            400, "0x80048d19"},
    {sealed_in_query,        "sealed_in_query",        400, "0x80060888"},
    {skip_unsupported,       "skip_unsupported",       400, "0x80060888"},
    {bad_paging_token,       "bad_paging_token",       400, "0x8004112a"},
    {changes_forgotten,      "changes_forgotten",      410, "0x80044352"},
    {other_table,            "other_table",            400, "0x80041128"},
    {unsuitable_function,    "unsuitable_function",    400, "0x80041120"},
    {duplicate_alias,        "duplicate_alias",        400, "0x80041130"},
    {aggregate_limit,        "aggregate_limit",        400, "0x8004e023"},
    {paging_limit,           "paging_limit",           400, "0x8004430a"},
    {wrong_content_type,     "wrong_content_type",     415, "0x80060888"},
    {too_large,              "too_large",              413, "0x80060888"},
    {method_not_allowed,     "method_not_allowed",     405, ""},
    {unsupported,            "unsupported",            501, "0x80040219"},
    {too_long,               "too_long",               400, "0x80044331"},
    {out_of_range,           "out_of_range",           400, "0x8004432f"},
    {bad_choice,             "bad_choice",             400, "0x8004431a"},
    {bad_date,               "bad_date",               400, "0x80040239"},
    {bad_state,              "bad_state",              400, "0x80048408"},
    {required_null,          "required_null",          400, "0x80040203"},
    {masked_write,           "masked_write",           400, "0x80040203"},
    {protected_column,       "protected_column",       400, "0x8004022e"},
    {invalid_argument,       "invalid_argument",       400, "0x80040203"},
    {bad_owner,              "bad_owner",              400, "0x80040229"},
    {owner_unit_disabled,    "owner_unit_disabled",    400, "0x8004032d"},
    {shared_with_owner,      "shared_with_owner",      400, "0x80040214"},
    {column_not_secured,     "column_not_secured",     400, "0x8004f508"},
    {column_share_empty,     "column_share_empty",     400, "0x8004f509"},
    {column_share_emptied,   "column_share_emptied",   400, "0x8004f50a"},
    {unauthenticated,        "unauthenticated",        401, "0x80044302"},
    {user_disabled,          "user_disabled",          403, "0x8004a112"},
    {missing_privilege,      "missing_privilege",      403, "0x80040220"},
    {no_row_access,          "no_row_access",          403, "0x80048306"},
    {column_read_denied,     "column_read_denied",     403, "0x8004f504"},
    {column_create_denied,   "column_create_denied",   403, "0x8004f502"},
    {column_update_denied,   "column_update_denied",   403, "0x8004f507"},
    {column_share_denied,    "column_share_denied",    403, "0x8004f503"},
    {grant_unmask_denied,    "grant_unmask_denied",    403, "0x80040220"},
    {record_inactive,        "record_inactive",        403, "0x80048405"},
    {access_denied,          "access_denied",          403, "0x80048405"},
    // The name that has always been on the log.
    {built_in_protected,     "switch_locked",          403, "0x80048405"},
    {impersonation_denied,   "impersonation_denied",   403, "0x8004a110"},
    {last_administrator,     "last_administrator",     403, "0x80041d30"},
    {not_found,              "not_found",              404, "0x80040217"},
    {key_not_found,          "key_not_found",          404, "0x80060891"},
    {version_mismatch,       "version_mismatch",       412, "0x80060882"},
    {duplicate_id,           "duplicate_id",           412, "0x80040237"},
    {duplicate_key,          "duplicate_key",          412, "0x80060892"},
    {column_shared_already,  "column_shared_already",  412, "0x8004f50b"},
    {restricted,             "restricted",             405, "0x80040227"},
    {too_many_rows,          "too_many_rows",          400, "0x80040203"},
    {too_expensive,          "too_expensive",          400, "0x80048544"},
    {too_many_requests,      "too_many_requests",      429, "0x80072326"},
    {rate_limited,           "rate_limited",           429, "0x80072322"},
    {integrity,              "integrity",              500, "0x80040216"},
    {unavailable,            "unavailable",            503, "0x80040216"},
    {no_space,               "no_space",               503, "0x80040216"},
    {deadline,               "deadline",               503, "0x80040216"},
    {usage,                  "usage",                  500, "0x80040216"},
    {io,                     "io",                     500, "0x80040216"},
    {in_use,                 "in_use",                 500, "0x80040216"},
    {wrong_secret,           "wrong_secret",           500, "0x80040216"},
    {bad_permissions,        "bad_permissions",        500, "0x80040216"},
    {newer_format,           "newer_format",           500, "0x80040216"},
    {cancelled,              "cancelled",              500, "0x80040216"},
    {internal,               "internal",               500, "0x80040216"},
    {restore_live,           "restore_live",           412, "0x80049939"},
    {restore_key_taken,      "restore_key_taken",      412, "0x80049929"},
    {restore_parent_gone,    "restore_parent_gone",    412, "0x80049959"},
    {duplicate_found,        "duplicate_found",        412, "0x80040333"},
    {detection_unsupported,  "detection_unsupported",  400, "0x80048410"},
    {not_comparable,         "not_comparable",         400, "0x80048430"},
    {rule_in_use,            "rule_in_use",            400, "0x80048428"},
    {rule_empty,             "rule_empty",             400, "0x80048414"},
    {rule_full,              "rule_full",              400, "0x80048429"},
    {rules_full,             "rules_full",             400, "0x80048419"},
    {no_rules,               "no_rules",               400, "0x80048436"},
    {not_retained,           "not_retained",           400, "0x80040203"},
    {access_team,            "access_team",            400, "0x80048331"},
};

// clang-format on

constexpr bool in_order() {
    std::size_t i = 0;
    for (const auto& row : rows) {
        if (static_cast<std::size_t>(row.code) != i++) return false;
    }
    return i == static_cast<std::size_t>(count_);
}

static_assert(in_order(), "every Errc has a row, in order");

}  // namespace

const ErrcInfo& info(Errc code) { return rows[static_cast<std::size_t>(code)]; }

}  // namespace rookery
