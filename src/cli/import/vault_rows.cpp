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
#include <future>
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
/// After so many rows the list goes on as it began: with keys alone, or with what is compared too.
constexpr std::size_t judged_rows = 1000;

/// Where one of the two tables keeps what an import compares.
struct Source {
    std::string_view set;
    std::string_view id;
    std::string_view more;  // columns to select besides
};

constexpr Source records{
    secret_set, "msdyn_octwitterhandlesecretid", ",_msdyn_octwitterhandleid_value"};
constexpr Source handles{handle_set, "msdyn_octwitterhandleid", ""};

constexpr std::string_view key_column = "msdyn_octwitteruniquehandleid";

std::string keys_query(const Source& source) {
    return fmt::format("{}?$select={}", source.set, key_column);
}

std::string query(const Source& source) {
    return fmt::format(
        "{},{},msdyn_name,versionnumber,_ownerid_value,_owningteam_value,"
        "_msdyn_octwitterapplicationid_value{}",
        keys_query(source),
        source.id,
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

using Positions = std::vector<std::uint32_t>;
using TableRows = std::unordered_map<std::uint32_t, RowFacts>;

/// The rows of one table. Reads the scan, which others may read at the same time.
class Lookup {
 public:
    Lookup(ApiClient& client, const Source& source, const ImportScan& scan)
        : client_(client), source_(source), scan_(scan) {}

    Result<TableRows> read() {
        Positions open;
        for (const auto& [key, at] : scan_.by_key) {
            if (scan_.rows[at].open()) open.push_back(at);
        }
        std::ranges::sort(open);
        if (open.size() < listed_from_rows) {
            ROOKERY_CHECK(ask(open));
            return std::move(out_);
        }
        ROOKERY_TRY(auto keys, list_keys(open.size()));
        if (keys.many) {
            ROOKERY_TRY(const bool whole, list(open.size()));
            if (!whole) ROOKERY_CHECK(ask(open));
        } else {
            ROOKERY_CHECK(ask(keys.whole ? keys.there : open));
        }
        return std::move(out_);
    }

 private:
    struct Keys {
        Positions there;
        bool whole = false;  // none is missing
        bool many = false;   // so many that they are listed rather than asked for
    };

    /// Most rows of a first import are new, and a key alone costs half of what is compared.
    Result<Keys> list_keys(std::size_t open) {
        Keys out;
        std::size_t listed = 0;
        ROOKERY_TRY(
            out.whole,
            list_rows(
                client_,
                keys_query(source_),
                [&](const nlohmann::json& row) -> Result<AfterRow> {
                    if (const auto at = position_of(row)) out.there.push_back(*at);
                    ++listed;
                    out.many =
                        listed <= judged_rows && out.there.size() * listed_rows_each > judged_rows;
                    const bool enough = out.many || listed >= listed_rows_each * open;
                    return enough ? AfterRow::stop : AfterRow::go_on;
                }
            )
        );
        return out;
    }

    /// Whether that was the whole table.
    Result<bool> list(std::size_t open) {
        std::size_t listed = 0;
        return list_rows(
            client_,
            query(source_),
            [&](const nlohmann::json& row) -> Result<AfterRow> {
                ROOKERY_CHECK(match(row));
                return ++listed < listed_rows_each * open ? AfterRow::go_on : AfterRow::stop;
            }
        );
    }

    Result<void> ask(std::span<const std::uint32_t> open) {
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
                patient_request(client_, "GET", query(source_) + "&$filter=" + filter)
            );
            ROOKERY_TRY(const auto found, rows_of(reply));
            for (const auto& row : found) ROOKERY_CHECK(match(row));
        }
        return {};
    }

    Result<void> match(const nlohmann::json& row) {
        const auto at = position_of(row);
        if (!at) return {};
        ROOKERY_TRY(out_[*at], read_facts(row, source_));
        return {};
    }

    [[nodiscard]] std::optional<std::uint32_t> position_of(const nlohmann::json& row) const {
        const auto found = scan_.by_key.find(import_key(text_member(row, key_column)));
        if (found == scan_.by_key.end() || !scan_.rows[found->second].open()) return std::nullopt;
        return found->second;
    }

    ApiClient& client_;
    const Source& source_;
    const ImportScan& scan_;
    TableRows out_;
};

}  // namespace

Result<VaultRows> read_vault_rows(ApiClient& client, ApiClient& beside, const ImportScan& scan) {
    auto other =
        std::async(std::launch::async, [&] { return Lookup(beside, handles, scan).read(); });
    auto of_records = Lookup(client, records, scan).read();
    auto of_handles = other.get();
    if (!of_records) return fail(std::move(of_records).error());
    if (!of_handles) return fail(std::move(of_handles).error());
    VaultRows out;
    for (auto& [at, row] : *of_records) out[at].record = std::move(row);
    for (auto& [at, row] : *of_handles) out[at].handle = std::move(row);
    return out;
}

Result<VaultRow> read_vault_row(ApiClient& client, const ScannedRow& row) {
    ImportScan one;
    one.rows.push_back(row);
    one.by_key.emplace(import_key(row.unique_handle_id), 0);
    VaultRow out;
    ROOKERY_TRY(auto of_records, Lookup(client, records, one).read());
    ROOKERY_TRY(auto of_handles, Lookup(client, handles, one).read());
    if (of_records.contains(0)) out.record = std::move(of_records[0]);
    if (of_handles.contains(0)) out.handle = std::move(of_handles[0]);
    return out;
}

}  // namespace rookery::cli
