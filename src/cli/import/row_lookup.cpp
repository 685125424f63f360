#include "cli/import/row_lookup.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/odata_literal.hpp"
#include "cli/import/bulk_message.hpp"
#include "cli/import/patient_request.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

namespace rookery::cli {
namespace {

// Short enough for a URL and a filter, however long the ids are.
constexpr std::size_t terms_max = 40;

/// A filter that names each row's unique handle id.
std::string any_of(std::span<PlannedRow* const> rows) {
    std::string filter;
    for (const auto* row : rows) {
        if (!filter.empty()) filter += "%20or%20";
        filter += fmt::format(
            "msdyn_octwitteruniquehandleid%20eq%20{}", odata_literal(row->row.unique_handle_id)
        );
    }
    return filter;
}

/// Of a row that was found, as import_key of the file's.
std::string key_of(const nlohmann::json& found) {
    ImportRow named;
    named.unique_handle_id = text_member(found, "msdyn_octwitteruniquehandleid");
    return import_key(named);
}

Result<void> match_records(ApiClient& client, std::span<PlannedRow* const> rows) {
    ROOKERY_TRY(
        const auto reply,
        patient_request(
            client,
            "GET",
            fmt::format(
                "{}?$select=msdyn_octwitteruniquehandleid,msdyn_name,_ownerid_value,"
                "_msdyn_octwitterhandleid_value,_msdyn_octwitterapplicationid_value&$filter={}",
                secret_set,
                any_of(rows)
            )
        )
    );
    ROOKERY_TRY(const auto found, rows_of(reply));
    for (const auto& record : found) {
        ExistingRecord existing;
        ROOKERY_TRY(existing.owner, id_member(record, "_ownerid_value"));
        existing.name = text_member(record, "msdyn_name");
        existing.handle = optional_id(record, "_msdyn_octwitterhandleid_value");
        existing.application = optional_id(record, "_msdyn_octwitterapplicationid_value");
        const auto key = key_of(record);
        for (auto* row : rows) {
            if (row->key == key) row->existing = existing;
        }
    }
    return {};
}

Result<void> match_handles(ApiClient& client, std::span<PlannedRow* const> open) {
    ROOKERY_TRY(
        const auto reply,
        patient_request(
            client,
            "GET",
            fmt::format(
                "{}?$select=msdyn_octwitterhandleid,msdyn_octwitteruniquehandleid&$filter={}",
                handle_set,
                any_of(open)
            )
        )
    );
    ROOKERY_TRY(const auto found, rows_of(reply));
    for (const auto& handle : found) {
        const auto key = key_of(handle);
        ROOKERY_TRY(const auto id, id_member(handle, "msdyn_octwitterhandleid"));
        for (auto* row : open) {
            if (row->key == key && !row->handle) row->handle = id;
        }
    }
    return {};
}

/// Calls `match` with as many rows as one request can name.
template <class Match>
Result<void> in_lists(ApiClient& client, std::span<PlannedRow* const> rows, Match match) {
    for (std::size_t at = 0; at < rows.size(); at += terms_max) {
        ROOKERY_CHECK(match(client, rows.subspan(at, std::min(terms_max, rows.size() - at))));
    }
    return {};
}

}  // namespace

Result<void> look_up_records(ApiClient& client, std::span<PlannedRow* const> rows) {
    return in_lists(client, rows, match_records);
}

Result<void> look_up_handles(ApiClient& client, std::span<PlannedRow* const> rows) {
    return in_lists(client, rows, match_handles);
}

}  // namespace rookery::cli
