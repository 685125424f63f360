#include "vault/name_index.hpp"

#include "schema/schema.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "storage/text_rules.hpp"

#include <memory>
#include <utility>

namespace rookery::messages {
namespace {

class NameIndexWriter {
 public:
    explicit NameIndexWriter(storage::Store& store) : store_(store) {}

    Result<void> add(const std::string& entry) {
        if (!commit_) commit_ = store_.begin();
        commit_->put(storage::Family::rowidx, entry, {});
        if (++entries_ < name_index_batch) return {};
        entries_ = 0;
        return std::exchange(commit_, nullptr)->write();
    }

    Result<void> finish() {
        if (!commit_) commit_ = store_.begin();
        commit_->put(storage::Family::meta, storage::text_rules_key, storage::index_rules());
        return std::exchange(commit_, nullptr)->write();
    }

 private:
    storage::Store& store_;
    std::unique_ptr<storage::Commit> commit_;
    std::size_t entries_ = 0;
};

}  // namespace

Result<bool> make_name_index(storage::Store& store, const crypto::RowAuthenticator& authenticator) {
    const auto view = store.view();
    ROOKERY_TRY(const bool lacking, storage::lacks_names(*view));
    if (!lacking) return false;
    NameIndexWriter writer(store);
    for (const auto* table : schema::tables()) {
        if (storage::name_column(*table) == nullptr) continue;
        const auto rows = view->scan(storage::all_rows(*table), storage::Order::ascending);
        for (; rows->valid(); rows->next()) {
            const auto id = storage::id_of(rows->key());
            const auto stored = storage::decode(*table, id, rows->value(), authenticator);
            if (!stored && stored.error().code != Errc::integrity) return fail(stored.error());
            const auto* row = stored ? std::get_if<storage::Row>(&*stored) : nullptr;
            if (row != nullptr) ROOKERY_CHECK(writer.add(storage::name_entry_of(*row)));
        }
        ROOKERY_CHECK(rows->status());
    }
    ROOKERY_CHECK(writer.finish());
    return true;
}

}  // namespace rookery::messages
