#include "cli/import/import_planner.hpp"

#include "cli/client/json_rows.hpp"
#include "cli/client/patient_request.hpp"
#include "cli/import/import_failure.hpp"
#include "cli/import/vault_rows.hpp"
#include "storage/text_key.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <utility>

namespace rookery::cli {
namespace {

/// A row's own error becomes its plan; only one that ends the import is returned.
Result<RowPlan> plan_one(
    ApiClient& client, ImportDirectory& directory, const ImportCaller& caller,
    const ImportOptions& options, const ScannedRow& row, const VaultRow& there
) {
    Wanted wanted;
    wanted.name = row.handle;
    wanted.has_access_token = row.has_access_token;
    wanted.has_tokens = row.has_tokens;
    const auto look_up = [&]() -> Result<void> {
        if (!row.owner.empty()) {
            ROOKERY_TRY(wanted.owner, directory.owner(client, row.owner));
        }
        if (row.application.empty()) return {};
        wanted.has_application = true;
        ROOKERY_TRY(
            wanted.application, directory.application(client, row.application, WhenMissing::leave)
        );
        return {};
    };
    if (auto found = look_up(); !found) {
        if (ends_import(found.error().code)) return fail(std::move(found).error());
        RowPlan out;
        out.outcome = outcome_of(found.error().code);
        out.reason = std::move(found).error().message;
        return out;
    }
    return plan_row(wanted, there, caller.user, options);
}

}  // namespace

Result<ImportCaller> who_imports(ApiClient& client) {
    ROOKERY_TRY(const auto reply, patient_request(client, Patience::busy, "GET", "WhoAmI"));
    ROOKERY_TRY(const auto me, object_of(reply));
    ImportCaller out;
    ROOKERY_TRY(out.user.id, id_member(me, "UserId"));
    ROOKERY_TRY(out.organization, id_member(me, "OrganizationId"));
    return out;
}

Result<void> plan_import(
    ApiClient& client, ApiClient& client_for_handles, ImportDirectory& directory,
    const ImportCaller& caller, const ImportOptions& options, ImportScan& scan,
    const std::function<void(std::uint64_t)>& progress
) {
    ROOKERY_TRY(const auto there, read_vault_rows(client, client_for_handles, scan, progress));
    static const VaultRow nothing;
    for (std::size_t i = 0; i < scan.rows.size(); ++i) {
        auto& row = scan.rows[i];
        if (!row.open()) continue;
        const auto found = there.find(static_cast<std::uint32_t>(i));
        ROOKERY_TRY(
            row.plan,
            plan_one(
                client,
                directory,
                caller,
                options,
                row,
                found == there.end() ? nothing : found->second
            )
        );
    }
    return {};
}

std::vector<std::string> new_applications(const ImportScan& scan) {
    std::vector<std::string> out;
    std::set<std::string> keys;
    for (const auto& row : scan.rows) {
        if (!row.open() || row.application.empty() || row.plan.application) continue;
        if (keys.insert(storage::text_key(row.application)).second) out.push_back(row.application);
    }
    return out;
}

OwnerMoves owner_moves(const ImportScan& scan) {
    OwnerMoves out;
    for (const auto& row : scan.rows) {
        if (!row.open()) continue;
        const auto& plan = row.plan;
        const bool is_new = plan.outcome == Outcome::create;
        if (!is_new && !plan.record.owner && !plan.record.tokens) continue;
        const auto from = plan.record.owner ? plan.owner_before : plan.owner.id;
        auto& moved = out[{is_new ? std::nullopt : from, plan.owner.id}];
        ++moved.records;
        if (plan.record.tokens) ++moved.with_new_tokens;
    }
    return out;
}

}  // namespace rookery::cli
