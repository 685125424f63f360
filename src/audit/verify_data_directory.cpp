// rookery::verify_log of include/rookery/verify.hpp.
#include "audit/handover.hpp"
#include "audit/log_source.hpp"
#include "audit/small_file.hpp"
#include "audit/verify.hpp"
#include "merkle/checkpoint.hpp"
#include "rookery/verify.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/text_rules.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace rookery {
namespace {

/// The store's own fault: there is no log to look at.
VerifyReport without_log(const Error& error) {
    VerifyReport report;
    if (audit::is_damage(error)) report.status = VerifyStatus::tampering;
    report.problem = error.message;
    if (!error.hint.empty()) report.problem += ": " + error.hint;
    return report;
}

/// Set when `given` is the key of another log than the directory's own file names: another origin, and none that was handed
/// over to it. A different key of the same origin is no mistake of the caller's but a finding, if the entries do not agree
/// with it. `given` becomes the key of what the log is called now.
std::optional<VerifyReport> key_of_other_log(
    const std::filesystem::path& data, const storage::Store& store, std::string& given
) {
    const auto key = merkle::parse_verifier_key(given);
    const auto file = audit::read_small_file(data / "log.vkey");
    if (!key || !file) return std::nullopt;
    const auto own = merkle::parse_verifier_key(*file);
    if (!own || own->name == key->name) return std::nullopt;
    const auto handovers = audit::read_handovers(*store.view(), key->key);
    if (handovers && handovers->that_ended(key->name) != nullptr && handovers->lead_to(own->name)) {
        given = merkle::format_verifier_key({own->name, key->key});
        return std::nullopt;
    }
    VerifyReport report;
    report.status = VerifyStatus::other_log;
    report.origin = own->name;
    report.problem = "this is the key of " + key->name + ", and the log is of " + own->name;
    report.not_checked.emplace_back("anything: the key is that of another log");
    return report;
}

}  // namespace

VerifyReport verify_log(const std::filesystem::path& data, const VerifyOptions& options) {
    auto effective = options;
    const bool key_from_data = options.verifier_key.empty();
    if (key_from_data) {
        auto key = audit::read_small_file(data / "log.vkey");
        if (!key) {
            VerifyReport report;
            report.problem = "there is no verifier key: none was given and log.vkey cannot be read";
            return report;
        }
        effective.verifier_key = std::move(*key);
    }
    auto store = storage::open_rocksdb(data / "store", storage::OpenMode::read_only);
    if (!store) return without_log(store.error());
    if (!key_from_data) {
        if (auto other = key_of_other_log(data, **store, effective.verifier_key)) {
            return std::move(*other);
        }
    }
    // The log does not depend on them, but no store of a vault is without them.
    if (const auto rules = storage::check_text_rules(*(*store)->view()); !rules) {
        return without_log(rules.error());
    }
    auto report = audit::verify_log(audit::StoreLogSource{(*store)->view()}, effective);
    if (key_from_data) {
        report.not_checked.emplace_back(
            "whether this is the right verifier key: it came from the data directory itself, which "
            "whoever rewrites a log can replace as well; keep the key elsewhere and give it"
        );
    }
    return report;
}

}  // namespace rookery
