#include "storage/text_rules.hpp"

#include "storage/text_key.hpp"

#include <algorithm>

namespace rookery::storage {
namespace {

bool is_older(const std::string& rules) {
    const auto older = older_index_rules();
    return std::ranges::find(older, rules) != older.end();
}

}  // namespace

std::string index_rules() { return text_key_rules() + " index/3"; }

std::string bin_rules() { return text_key_rules() + " index/4"; }

std::vector<std::string> older_index_rules() {
    return {text_key_rules(), text_key_rules() + " index/2"};
}

Result<void> write_text_rules(Store& store) {
    const auto commit = store.begin();
    commit->put(Family::meta, text_rules_key, index_rules());
    return commit->write();
}

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
    if (*stored != rules && *stored != bin_rules() && !is_older(*stored)) {
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
    return stored == bin_rules();
}

Result<bool> begin_bin(Store& store) {
    ROOKERY_TRY(const bool has, has_bin(*store.view()));
    if (has) return false;
    const auto commit = store.begin();
    commit->put(Family::meta, text_rules_key, bin_rules());
    ROOKERY_CHECK(commit->write());
    return true;
}

Result<bool> has_older_index(const StoreView& view) {
    ROOKERY_TRY(const auto stored, view.get(Family::meta, text_rules_key));
    return stored && is_older(*stored);
}

}  // namespace rookery::storage
