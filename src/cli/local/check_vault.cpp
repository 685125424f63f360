#include "cli/local/check_vault.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/uuid.hpp"
#include "cli/local/offline_vault.hpp"
#include "cli/output/steps.hpp"
#include "rookery/verify.hpp"
#include "vault/log_report.hpp"
#include "vault/restoring.hpp"
#include "vault/verify_copy.hpp"
#include "vault/verify_store.hpp"

#include <string>
#include <system_error>
#include <utility>

namespace rookery::cli {
namespace {

/// A vault that does not open because of what is on its disk: that is the finding.
messages::StoreReport unopened(const Error& error) {
    messages::StoreReport report;
    const auto what = error.hint.empty() ? error.message : error.message + ": " + error.hint;
    report.find(audit::FindingKind::disagrees, "opening", what);
    report.not_checked.emplace_back("everything that takes the vault's keys: it does not open");
    return report;
}

}  // namespace

Result<messages::StoreReport> check_vault(
    const std::filesystem::path& data, const messages::Unsealing& unsealing,
    messages::AnchorRule anchor
) {
    const SystemClock clock;
    SystemRandom random;
    messages::AnchorOptions options;
    options.rule = anchor;
    const auto vault =
        open_offline(data, unsealing, Purpose::look(), clock, random, std::move(options));
    if (!vault && vault.error().code == Errc::integrity) {
        auto report = unopened(vault.error());
        messages::add_log(report, verify_log(data));
        return report;
    }
    if (!vault) return fail(vault.error());
    Steps steps;
    ROOKERY_TRY(auto report, messages::verify_store(**vault, steps.told()));
    steps.end();
    return report;
}

Result<messages::StoreReport> check_backup_opened(
    const std::filesystem::path& backup, const messages::BackupManifest& manifest,
    const messages::KeyBackup& keys, const messages::Unsealing& unsealing
) {
    SystemRandom random;
    std::error_code error;
    const auto folder = std::filesystem::temp_directory_path(error);
    if (error) {
        return fail(
            Errc::io,
            "there is no directory for temporary files: " + error.message(),
            "name one in TMPDIR"
        );
    }
    // Whatever becomes of this process, nobody else may read what lies there; all of it is sealed.
    messages::clear_verify_copies(folder);
    const auto scratch = folder / messages::verify_copy_name(Uuid::random(random));
    const messages::TakenAlong taken_along(scratch);
    ROOKERY_TRY(const auto copied, messages::Restoring::begin(scratch));
    Steps steps;
    ROOKERY_CHECK(copied->copy(backup, manifest, keys, steps.told()));
    steps.end();
    return check_vault(copied->place(), unsealing, messages::AnchorRule::accept);  // it has none
}

}  // namespace rookery::cli
