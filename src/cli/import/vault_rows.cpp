#include "cli/import/vault_rows.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/odata_literal.hpp"
#include "cli/client/patient_request.hpp"
#include "cli/import/bulk_message.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <future>
#include <string>
#include <utility>
#include <vector>

namespace rookery::cli {
namespace {

/// Of one request: as many keys as a filter takes, and as a URL has room for besides the rest of the query.
constexpr std::size_t keys_max = 2000;
constexpr std::size_t keys_bytes_max = 24U << 10;

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

std::string query(const Source& source, std::string_view keys) {
    return fmt::format(
        "{0}?$select={1},{2},msdyn_name,versionnumber,_ownerid_value,_owningteam_value,"
        "_msdyn_octwitterapplicationid_value{3}"
        "&$filter=Microsoft.Dynamics.CRM.In(PropertyName='{1}',PropertyValues=%5B{4}%5D)",
        source.set,
        key_column,
        source.id,
        source.more,
        keys
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

constexpr auto untold = [](std::uint64_t) {};

/// The rows of one table. Reads the scan, which others may read at the same time.
class Lookup {
 public:
    Lookup(
        ApiClient& client, const Source& source, const ImportScan& scan,
        const std::function<void(std::uint64_t)>& progress
    )
        : client_(client), source_(source), scan_(scan), progress_(progress) {
        for (const auto& [key, at] : scan_.by_key) {
            if (scan_.rows[at].open()) wanted_.push_back(at);
        }
        std::ranges::sort(wanted_);
    }

    Result<TableRows> read() {
        std::string keys;
        std::size_t count = 0;
        for (const auto at : wanted_) {
            if (count == keys_max || keys.size() > keys_bytes_max) {
                ROOKERY_CHECK(look_up(std::exchange(keys, {}), std::exchange(count, 0)));
            }
            if (count > 0) keys += ',';
            keys += odata_list_item(scan_.rows[at].unique_handle_id);
            ++count;
        }
        if (count > 0) ROOKERY_CHECK(look_up(keys, count));
        return std::move(out_);
    }

 private:
    Result<void> look_up(const std::string& keys, std::size_t count) {
        ROOKERY_TRY(
            const auto reply,
            patient_request(client_, Patience::busy_or_away, "GET", query(source_, keys))
        );
        ROOKERY_TRY(const auto found, rows_of(reply));
        for (const auto& row : found) ROOKERY_CHECK(match(row));
        progress_(seen_ += count);
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
    const std::function<void(std::uint64_t)>& progress_;
    Positions wanted_;
    std::uint64_t seen_ = 0;
    TableRows out_;
};

}  // namespace

Result<VaultRows> read_vault_rows(
    ApiClient& client, ApiClient& client_for_handles, const ImportScan& scan,
    const std::function<void(std::uint64_t)>& progress
) {
    // The other table takes as long: one of them tells for both how far it is.
    auto other = std::async(std::launch::async, [&] {
        return Lookup(client_for_handles, handles, scan, untold).read();
    });
    auto of_records = Lookup(client, records, scan, progress).read();
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
    ROOKERY_TRY(auto of_records, Lookup(client, records, one, untold).read());
    ROOKERY_TRY(auto of_handles, Lookup(client, handles, one, untold).read());
    if (of_records.contains(0)) out.record = std::move(of_records[0]);
    if (of_handles.contains(0)) out.handle = std::move(of_handles[0]);
    return out;
}

}  // namespace rookery::cli
