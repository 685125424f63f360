#include "vault/load.hpp"

#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "vault/anchor_entries.hpp"

namespace rookery::messages {

Result<LoadedFacts> load_facts(
    const storage::StoreView& view, const crypto::RowAuthenticator& authenticator
) {
    LoadedFacts loaded;
    access::FactsBuilder builder;
    for (const auto* table : schema::tables()) {
        if (!table->access_fact) continue;
        const auto cursor = view.scan(storage::all_rows(*table), storage::Order::ascending);
        for (; cursor->valid(); cursor->next()) {
            const auto id = storage::id_of(cursor->key());
            ROOKERY_TRY(
                const auto stored, storage::decode(*table, id, cursor->value(), authenticator)
            );
            ROOKERY_TRY(
                const auto summand,
                storage::digest_summand({table->id, id}, cursor->value(), authenticator)
            );
            loaded.digest.add(summand);
            const auto* row = std::get_if<storage::Row>(&stored);
            if (row == nullptr) continue;
            builder.put(id, fact_of(*row));
            if (table == &schema::known::organization) {
                loaded.organization = id;
                loaded.anchored = anchored_since(*row);
            }
            const bool unit = table == &schema::known::businessunit;
            if (unit && row->find("parentbusinessunitid") == nullptr) {
                loaded.root_business_unit = id;
            }
        }
        ROOKERY_CHECK(cursor->status());
    }
    loaded.facts = builder.build();
    return loaded;
}

}  // namespace rookery::messages
