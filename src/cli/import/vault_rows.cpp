#include "cli/import/vault_rows.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/list_rows.hpp"
#include "cli/client/odata_literal.hpp"
#include "cli/client/patient_request.hpp"
#include "cli/import/bulk_message.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <future>
#include <span>
#include <string>
#include <vector>

namespace rookery::cli {
namespace {

/// Of one filter. A server evaluates so many terms at ease, and a URL has room for so many bytes
/// besides the rest of the query.
constexpr std::size_t terms_max = 40;
constexpr std::size_t filter_bytes_max = 24U << 10;

/// A page of a list costs less than the requests that so many rows would take by their keys.
constexpr std::size_t listed_from_rows = 500;
/// A row that is listed costs a quarter of one that is looked up by its key.
constexpr std::size_t listed_rows_each = 4;
/// So many of the first keys tell whether the table is worth listing with what is compared.
constexpr std::size_t judged_keys = 1000;

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
        ROOKERY_CHECK(wanted_.size() < listed_from_rows ? look_up(wanted_) : list_or_look_up());
        return std::move(out_);
    }

 private:
    struct Keys {
        Positions found;
        bool complete = false;       // the table has no more
        bool worth_listing = false;  // so many were found that the rest is not looked up one by one
    };

    Result<void> list_or_look_up() {
        ROOKERY_TRY(const auto keys, list_keys());
        if (!keys.worth_listing) return look_up(keys.complete ? keys.found : wanted_);
        ROOKERY_TRY(const bool complete, list());
        return complete ? Result<void>{} : look_up(wanted_);
    }

    /// Most rows of a first import are new, and a key alone costs half of what is compared.
    Result<Keys> list_keys() {
        Keys out;
        const auto use = [&](const nlohmann::json& row) -> Result<AfterRow> {
            if (const auto at = position_of(row)) out.found.push_back(*at);
            const auto listed = seen();
            out.worth_listing =
                listed <= judged_keys && out.found.size() * listed_rows_each > judged_keys;
            return out.worth_listing ? AfterRow::stop : after(out.found.size(), listed);
        };
        ROOKERY_TRY(
            const bool whole, list_rows(client_, keys_query(source_), Annotations::none, use)
        );
        out.complete = whole || out.found.size() == wanted_.size();
        return out;
    }

    /// Whether every row that is there was seen.
    Result<bool> list() {
        std::size_t listed = 0;
        const auto use = [&](const nlohmann::json& row) -> Result<AfterRow> {
            ROOKERY_CHECK(match(row));
            static_cast<void>(seen());
            return after(out_.size(), ++listed);
        };
        ROOKERY_TRY(const bool whole, list_rows(client_, query(source_), Annotations::none, use));
        return whole || out_.size() == wanted_.size();
    }

    [[nodiscard]] AfterRow after(std::size_t found, std::size_t listed) const {
        const bool enough = found == wanted_.size() || listed > listed_rows_each * wanted_.size();
        return enough ? AfterRow::stop : AfterRow::go_on;
    }

    Result<void> look_up(std::span<const std::uint32_t> positions) {
        while (!positions.empty()) {
            std::string filter;
            std::size_t terms = 0;
            while (terms < std::min(terms_max, positions.size()) && filter.size() < filter_bytes_max
            ) {
                if (terms > 0) filter += "%20or%20";
                filter += fmt::format(
                    "{}%20eq%20{}",
                    key_column,
                    odata_literal(scan_.rows[positions[terms]].unique_handle_id)
                );
                ++terms;
            }
            positions = positions.subspan(terms);
            ROOKERY_TRY(
                const auto reply,
                patient_request(
                    client_, Patience::busy_or_away, "GET", query(source_) + "&$filter=" + filter
                )
            );
            ROOKERY_TRY(const auto found, rows_of(reply));
            for (const auto& row : found) ROOKERY_CHECK(match(row));
            progress_(seen_ += terms);
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

    std::size_t seen() {
        progress_(++seen_);
        return seen_;
    }

    ApiClient& client_;
    const Source& source_;
    const ImportScan& scan_;
    const std::function<void(std::uint64_t)>& progress_;
    Positions wanted_;
    std::size_t seen_ = 0;
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
