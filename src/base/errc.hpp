// Every expected failure, as data: its name, its HTTP status and its Dataverse code.
// The one place that maps failures to the wire; odata/error_body renders from here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rookery {

enum class Errc : std::uint8_t {
    // the request's form
    malformed,              // URL, query option, literal, header
    unknown_property,       // $select, $filter, $orderby
    unknown_segment,        // entity set, function, navigation
    unresolved_parameters,  // bound operation without its namespace
    bad_payload,            // JSON body: unknown property, wrong type, malformed
    sealed_in_query,        // $filter or $orderby on a sealed column
    skip_unsupported,
    bad_paging_token,
    changes_forgotten,  // a delta link that is too old, or of before a restore: read everything anew
    other_table,
    unsuitable_function,  // an aggregate or operator on a column of another type
    duplicate_alias,
    aggregate_limit,  // more rows than are aggregated
    paging_limit,     // a page without its cookie, behind more rows than are walked over
    wrong_content_type,
    too_large,
    method_not_allowed,
    unsupported,
    // values
    too_long,
    out_of_range,
    bad_choice,
    bad_date,
    bad_state,
    required_null,
    masked_write,      // the mask written back as if it were a token
    protected_column,  // a column that decides access or proves identity
    invalid_argument,
    bad_owner,
    owner_unit_disabled,
    shared_with_owner,
    column_not_secured,
    column_share_empty,
    column_share_emptied,
    // who
    unauthenticated,
    user_disabled,
    // may they
    missing_privilege,
    no_row_access,
    column_read_denied,
    column_create_denied,
    column_update_denied,
    column_share_denied,
    grant_unmask_denied,
    record_inactive,
    access_denied,
    built_in_protected,  // a row that is the vault's own, or what only SYSTEM does
    impersonation_denied,
    last_administrator,  // administration would end
    // which row
    not_found,
    key_not_found,
    version_mismatch,
    duplicate_id,
    duplicate_key,
    column_shared_already,
    restricted,     // delete blocked by a Restrict relationship
    too_many_rows,  // one request would change more rows than a request may
    too_expensive,  // a query that needs more work than a request may take
    // the service
    too_many_requests,  // at once
    rate_limited,       // in a window of time
    integrity,          // one code for every failed tag, commitment, proof or format
    unavailable,
    no_space,  // the disk is nearly full, or full
    deadline,
    // the operator's side; never on the wire
    usage,
    io,
    in_use,
    wrong_secret,
    bad_permissions,
    newer_format,
    cancelled,
    internal,
    // what lies in the recycle bin
    restore_live,         // it is there
    restore_key_taken,    // another row has its key values
    restore_parent_gone,  // what it belongs to is not there
    // duplicate detection
    duplicate_found,        // a row that a published rule takes for the same
    detection_unsupported,  // of a table whose rows are not looked for duplicates
    not_comparable,         // a column that no rule compares
    rule_in_use,            // a published rule, which does not change
    rule_empty,             // published without a condition
    rule_full,              // a rule has as many conditions as it may
    rules_full,             // of a table as many rules are published as may be
    no_rules,               // a job that has nothing to detect by
    not_retained,           // the vault retains no record of this table
    access_team,            // a team that only shares takes no roles and no column profiles
    count_,
};

struct ErrcInfo {
    Errc code;
    std::string_view name;
    int http_status;
    std::string_view dataverse_code;
};

/// The row of `code`; total for every Errc below count_.
[[nodiscard]] const ErrcInfo& info(Errc code);

}  // namespace rookery
