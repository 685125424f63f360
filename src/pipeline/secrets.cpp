#include "pipeline/secrets.hpp"

#include "base/integrity_failure.hpp"

#include <algorithm>

namespace rookery::messages {

Result<crypto::Dek> open_dek(const crypto::RecordSealer& sealer, const storage::Row& row) {
    return sealer.unwrap(
        row.table->name, row.id, row.dek_version, row.wrap_generation, row.wrapped_dek
    );
}

Result<SecretBytes> open_secret(
    const crypto::RecordSealer& sealer, const storage::Row& row, const crypto::Dek& dek,
    const schema::Column& column, const storage::SealedValue& value
) {
    return sealer.open_column(
        dek,
        row.dek_version,
        row.table->name,
        row.id,
        column.name,
        value.value_version,
        value.object
    );
}

audit::KeyVersions key_versions(const storage::Row& row) {
    const auto kek = crypto::RecordSealer::kek_version(row.wrapped_dek);
    return {kek ? *kek : 0, row.dek_version};
}

bool sets_other_values(const std::vector<audit::ValueChange>& changes) {
    return std::ranges::any_of(changes, [](const audit::ValueChange& one) {
        return one.before != one.after;
    });
}

namespace {

/// In the same time wherever the two differ.
bool is_same(const SecretBytes& value, const InputCell& given) {
    const auto* secret = std::get_if<SecretBytes>(&given.value);
    if (secret == nullptr) return false;
    return value.expose([&](ByteView ours) {
        return secret->expose([&](ByteView theirs) { return constant_time_equal(ours, theirs); });
    });
}

}  // namespace

Result<std::vector<audit::ValueChange>> seal_secrets(
    const crypto::RecordSealer& sealer, const crypto::Pseudonyms& pseudonyms, storage::Row& row,
    std::span<const InputCell* const> cells
) {
    std::vector<audit::ValueChange> changes;
    if (cells.empty()) return changes;

    struct Kept {
        const schema::Column* column;
        std::uint64_t value_version;
        SecretBytes value;
    };

    const auto hash = [&](const schema::Column& column, const SecretBytes& value) {
        return pseudonyms.value_hash(row.table->name, column.name, value);
    };
    for (const auto* cell : cells) {
        auto& change = changes.emplace_back();
        change.column = cell->column->id;
        change.key_version = pseudonyms.key_version();
        if (const auto* value = std::get_if<SecretBytes>(&cell->value)) {
            change.after = hash(*cell->column, *value);
        }
    }

    std::vector<Kept> kept;
    std::vector<const InputCell*> same;
    if (!row.wrapped_dek.empty()) {
        ROOKERY_TRY(const auto old_dek, open_dek(sealer, row));
        for (const auto& cell : row.cells) {
            const auto* sealed = std::get_if<storage::SealedValue>(&cell.value);
            if (sealed == nullptr) continue;
            const auto* column = row.table->column(cell.column);
            ROOKERY_TRY(auto value, open_secret(sealer, row, old_dek, *column, *sealed));
            const auto change =
                std::ranges::find(changes, std::uint64_t{column->id}, &audit::ValueChange::column);
            if (change == changes.end()) {
                kept.push_back({column, sealed->value_version, std::move(value)});
                continue;
            }
            change->before = hash(*column, value);
            const auto* given = cells[static_cast<std::size_t>(change - changes.begin())];
            if (!is_same(value, *given)) continue;
            // The same token again was set when it was set first.
            kept.push_back({column, sealed->value_version, std::move(value)});
            same.push_back(given);
        }
    }

    ++row.dek_version;
    ROOKERY_TRY(
        auto fresh, sealer.new_dek(row.table->name, row.id, row.dek_version, row.row_version)
    );
    const auto seal = [&](const schema::Column& column,
                          std::uint64_t value_version,
                          const SecretBytes& value) -> Result<void> {
        ROOKERY_TRY(
            auto object,
            sealer.seal_column(
                fresh.key,
                row.dek_version,
                row.table->name,
                row.id,
                column.name,
                value_version,
                value
            )
        );
        row.set(column.id, storage::SealedValue{value_version, std::move(object)});
        return {};
    };
    for (const auto& entry : kept) {
        ROOKERY_CHECK(seal(*entry.column, entry.value_version, entry.value));
    }
    for (const auto* cell : cells) {
        if (std::ranges::find(same, cell) != same.end()) continue;
        if (const auto* value = std::get_if<SecretBytes>(&cell->value)) {
            ROOKERY_CHECK(seal(*cell->column, row.row_version, *value));
        } else {
            row.set(cell->column->id, {});
        }
    }
    row.wrapped_dek = std::move(fresh.wrapped);
    row.wrap_generation = 0;
    return changes;
}

Result<void> reseal_secrets(const crypto::RecordSealer& sealer, storage::Row& row) {
    ROOKERY_TRY(const auto old_dek, open_dek(sealer, row));
    const auto old_version = row.dek_version;
    if (old_version == UINT32_MAX) return integrity_failure();
    ++row.dek_version;
    ROOKERY_TRY(
        auto fresh, sealer.new_dek(row.table->name, row.id, row.dek_version, row.row_version)
    );
    for (auto& cell : row.cells) {
        auto* sealed = std::get_if<storage::SealedValue>(&cell.value);
        if (sealed == nullptr) continue;
        ROOKERY_TRY(
            sealed->object,
            sealer.reseal_column(
                old_dek,
                old_version,
                fresh.key,
                row.dek_version,
                row.table->name,
                row.id,
                row.table->column(cell.column)->name,
                sealed->value_version,
                sealed->object
            )
        );
    }
    row.wrapped_dek = std::move(fresh.wrapped);
    row.wrap_generation = 0;
    return {};
}

}  // namespace rookery::messages
