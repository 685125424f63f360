#include "storage/text_rules.hpp"

#include "storage/text_key.hpp"

#include <algorithm>

namespace rookery::storage {
namespace {

bool is_older(const std::string& rules) {
    const auto older = older_index_rules();
    return std::ranges::find(older, rules) != older.end();
}

Result<void> write_rules(Store& store, const std::string& rules) {
    const auto commit = store.begin();
    commit->put(Family::meta, text_rules_key, rules);
    return commit->write();
}

}  // namespace

std::string index_rules() { return text_key_rules() + " index/3"; }

std::string bin_rules() { return text_key_rules() + " index/4"; }

std::string retention_rules() { return text_key_rules() + " index/5"; }

std::vector<std::string> older_index_rules() {
    return {text_key_rules(), text_key_rules() + " index/2"};
}

Result<void> write_text_rules(Store& store) { return write_rules(store, index_rules()); }

Result<void> check_text_rules(const StoreView& view) {
    const auto rules = index_rules();
    ROOKERY_TRY(const auto stored, view.get(Family::meta, text_rules_key));
    if (!stored) {
        return fail(
            Errc::integrity,
            "the store does not say under which rules its text keys were made",
            "the data directory was changed behind the vault's back; restore a backup"
        );
    }
    if (*stored != rules && *stored != bin_rules() && *stored != retention_rules() &&
        !is_older(*stored)) {
        return fail(
            Errc::newer_format,
            "the store's text keys were made under other rules (" + *stored +
                ") than this program's (" + rules + ")",
            "use a program built with the same Unicode version, or restore into a new store"
        );
    }
    return {};
}

Result<bool> has_bin(const StoreView& view) {
    ROOKERY_TRY(const auto stored, view.get(Family::meta, text_rules_key));
    return stored == bin_rules() || stored == retention_rules();
}

Result<bool> begin_bin(Store& store) {
    ROOKERY_TRY(const bool has, has_bin(*store.view()));
    if (has) return false;
    ROOKERY_CHECK(write_rules(store, bin_rules()));
    return true;
}

Result<bool> begin_retention(Store& store) {
    ROOKERY_TRY(const auto stored, store.view()->get(Family::meta, text_rules_key));
    if (stored == retention_rules()) return false;
    ROOKERY_CHECK(write_rules(store, retention_rules()));
    return true;
}

Result<bool> has_older_index(const StoreView& view) {
    ROOKERY_TRY(const auto stored, view.get(Family::meta, text_rules_key));
    return stored && is_older(*stored);
}

}  // namespace rookery::storage
