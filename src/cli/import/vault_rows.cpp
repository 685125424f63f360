#include "cli/import/vault_rows.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/list_rows.hpp"
#include "cli/client/odata_literal.hpp"
#include "cli/import/bulk_message.hpp"
#include "cli/import/patient_request.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace rookery::cli {
namespace {

/// Short enough for a URL and a filter, however long the ids are.
constexpr std::size_t terms_max = 40;

/// A page of a list costs less than the requests that so many rows would take by their keys.
constexpr std::size_t listed_from_rows = 500;
/// A row that is listed costs a quarter of one that is asked for by its key.
constexpr std::size_t listed_rows_each = 4;

/// Where one of the two tables keeps what an import compares.
struct Source {
    std::string_view set;
    std::string_view id;
    std::string_view more;  // columns to select besides
    std::optional<RowFacts> VaultRow::*part;
};

constexpr Source records{
    secret_set,
    "msdyn_octwitterhandlesecretid",
    ",_msdyn_octwitterhandleid_value",
    &VaultRow::record};
constexpr Source handles{handle_set, "msdyn_octwitterhandleid", "", &VaultRow::handle};

constexpr std::string_view key_column = "msdyn_octwitteruniquehandleid";

std::string query(const Source& source) {
    return fmt::format(
        "{}?$select={},{},msdyn_name,versionnumber,_ownerid_value,_owningteam_value,"
        "_msdyn_octwitterapplicationid_value{}",
        source.set,
        source.id,
        key_column,
        source.more
    );
}

Result<RowFacts> read_facts(const nlohmann::json& row, const Source& source) {
    RowFacts out;
    ROOKERY_TRY(out.id, id_member(row, source.id));
    ROOKERY_TRY(out.owner.id, id_member(row, "_ownerid_value"));
    out.owner.team = optional_id(row, "_owningteam_value").has_value();
    const auto version = number_member(row, "versionnumber");
    if (!version) return unexpected_answer();
    out.version = *version;
    out.name = text_member(row, "msdyn_name");
    out.application = optional_id(row, "_msdyn_octwitterapplicationid_value");
    out.handle = optional_id(row, "_msdyn_octwitterhandleid_value");
    return out;
}

class Lookup {
 public:
    Lookup(ApiClient& client, const ImportScan& scan) : client_(client), scan_(scan) {
        for (const auto& [key, at] : scan.by_key) {
            if (scan.rows[at].open()) open_.push_back(at);
        }
        std::ranges::sort(open_);
    }

    Result<VaultRows> read() {
        for (const auto& source : {records, handles}) ROOKERY_CHECK(read(source));
        return std::move(out_);
    }

 private:
    Result<void> read(const Source& source) {
        if (open_.size() >= listed_from_rows) {
            ROOKERY_TRY(const bool whole, list(source));
            if (whole) return {};
        }
        return ask(source);
    }

    Result<bool> list(const Source& source) {
        std::size_t listed = 0;
        const auto most = listed_rows_each * open_.size();
        return list_rows(
            client_,
            query(source),
            [&](const nlohmann::json& row) -> Result<AfterRow> {
                ROOKERY_CHECK(match(row, source));
                return ++listed < most ? AfterRow::go_on : AfterRow::stop;
            }
        );
    }

    Result<void> ask(const Source& source) {
        const std::span<const std::uint32_t> open{open_};
        for (std::size_t at = 0; at < open.size(); at += terms_max) {
            std::string filter;
            for (const auto which : open.subspan(at, std::min(terms_max, open.size() - at))) {
                if (!filter.empty()) filter += "%20or%20";
                filter += fmt::format(
                    "{}%20eq%20{}", key_column, odata_literal(scan_.rows[which].unique_handle_id)
                );
            }
            ROOKERY_TRY(
                const auto reply,
                patient_request(client_, "GET", query(source) + "&$filter=" + filter)
            );
            ROOKERY_TRY(const auto found, rows_of(reply));
            for (const auto& row : found) ROOKERY_CHECK(match(row, source));
        }
        return {};
    }

    Result<void> match(const nlohmann::json& row, const Source& source) {
        const auto found = scan_.by_key.find(import_key(text_member(row, key_column)));
        if (found == scan_.by_key.end() || !scan_.rows[found->second].open()) return {};
        ROOKERY_TRY(out_[found->second].*source.part, read_facts(row, source));
        return {};
    }

    ApiClient& client_;
    const ImportScan& scan_;
    std::vector<std::uint32_t> open_;
    VaultRows out_;
};

}  // namespace

Result<VaultRows> read_vault_rows(ApiClient& client, const ImportScan& scan) {
    return Lookup(client, scan).read();
}

Result<VaultRow> read_vault_row(ApiClient& client, const ScannedRow& row) {
    ImportScan one;
    one.rows.push_back(row);
    one.by_key.emplace(import_key(row.unique_handle_id), 0);
    ROOKERY_TRY(const auto found, read_vault_rows(client, one));
    return found.empty() ? VaultRow{} : found.begin()->second;
}

}  // namespace rookery::cli
