#include "vault/older_index.hpp"

#include "schema/schema.hpp"
#include "storage/entry_owner.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "storage/text_rules.hpp"

#include <memory>
#include <utility>

namespace rookery::messages {
namespace {

class EntryWriter {
 public:
    explicit EntryWriter(storage::Store& store) : store_(store) {}

    Result<void> add(const storage::Row& row) {
        for (const auto& entry : storage::index_entries(row)) {
            if (storage::holds_owner(entry)) ROOKERY_CHECK(add(entry, entry_value(row, entry)));
        }
        return {};
    }

    Result<void> finish() {
        if (!commit_) commit_ = store_.begin();
        commit_->put(storage::Family::meta, storage::text_rules_key, storage::index_rules());
        return std::exchange(commit_, nullptr)->write();
    }

 private:
    Result<void> add(const std::string& entry, const std::string& value) {
        if (!commit_) commit_ = store_.begin();
        commit_->put(storage::Family::rowidx, entry, value);
        if (++entries_ < older_index_batch) return {};
        entries_ = 0;
        return std::exchange(commit_, nullptr)->write();
    }

    storage::Store& store_;
    std::unique_ptr<storage::Commit> commit_;
    std::size_t entries_ = 0;
};

}  // namespace

Result<bool> renew_older_index(
    storage::Store& store, const crypto::RowAuthenticator& authenticator
) {
    const auto view = store.view();
    ROOKERY_TRY(const bool older, storage::has_older_index(*view));
    if (!older) return false;
    EntryWriter writer(store);
    for (const auto* table : schema::tables()) {
        if (storage::name_column(*table) == nullptr) continue;
        const auto rows = view->scan(storage::all_rows(*table), storage::Order::ascending);
        for (; rows->valid(); rows->next()) {
            const auto id = storage::id_of(rows->key());
            const auto stored = storage::decode(*table, id, rows->value(), authenticator);
            if (!stored && stored.error().code != Errc::integrity) return fail(stored.error());
            const auto* row = stored ? std::get_if<storage::Row>(&*stored) : nullptr;
            if (row != nullptr) ROOKERY_CHECK(writer.add(*row));
        }
        ROOKERY_CHECK(rows->status());
    }
    ROOKERY_CHECK(writer.finish());
    return true;
}

}  // namespace rookery::messages
