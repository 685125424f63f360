#include "odata/metadata/model.hpp"

#include "crypto/sha256.hpp"
#include "odata/metadata/csdl.hpp"
#include "odata/metadata/types.hpp"
#include "odata/metadata/values.hpp"
#include "pipeline/metadata_id.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rookery::odata::metadata {
namespace {

using schema::Table;
using schema::Type;

constexpr std::string_view entity_set = "EntityDefinitions";
constexpr std::string_view relationship_set = "RelationshipDefinitions";
constexpr std::string_view option_set_set = "GlobalOptionSetDefinitions";
constexpr std::string_view message_set = "sdkmessages";
constexpr std::string_view filter_set = "sdkmessagefilters";

/// A message that is addressed by a row or a list of rows, and which tables take it.
struct TableMessage {
    std::string_view name;
    bool (*takes)(const Table& table);
};

bool has_association(const Table& table) {
    return std::ranges::any_of(schema::associations(), [&](const auto& one) {
        return one.first == table.name || one.second == table.name;
    });
}

constexpr TableMessage table_messages[] = {
    {"Create", [](const Table& table) { return table.writable; }},
    {"Update", [](const Table& table) { return table.writable; }},
    {"Upsert", [](const Table& table) { return table.writable; }},
    {"Delete", [](const Table& table) { return table.writable || table.removable; }},
    {"Retrieve", [](const Table&) { return true; }},
    {"RetrieveMultiple", [](const Table&) { return true; }},
    {"Assign",
     [](const Table& table) {
         return table.writable && table.ownership == schema::Ownership::user;
     }},
    {"SetState",
     [](const Table& table) { return table.writable && table.column("statecode") != nullptr; }},
    {"Associate", has_association},
    {"Disassociate", has_association},
};

}  // namespace

class Model::Builder {
 public:
    explicit Builder(Model& to) : to_(to) {}

    void build(std::span<const OperationShape> operations) {
        for (const auto* table : schema::tables()) add_table(*table);
        for (const auto& row : schema::relationships()) add_relationship(row);
        for (const auto& row : schema::associations()) add_association(row);
        for (const auto* table : schema::tables()) add_messages(*table, operations);
        to_.sets_ = {
            {entity_set, &entity_metadata, std::move(entities_)},
            {relationship_set, &relationship_base, std::move(relationships_)},
            {option_set_set, &option_set_base, std::move(option_sets_)},
            {message_set, &sdk_message, std::move(messages_)},
            {filter_set, &sdk_message_filter, std::move(filters_)},
        };
    }

 private:
    Definition& add(const EntityType& type, Source source, std::string_view name) {
        source.id = messages::metadata_id(type.name, name);
        return to_.definitions_.emplace_back(define(type, source));
    }

    static void relate(Definition& from, std::string_view navigation, const Definition& to) {
        from.related[*from.type->find_navigation(navigation)].push_back(&to);
    }

    void add_table(const Table& table) {
        auto& entity = add(entity_metadata, {.table = &table}, table.name);
        entities_.push_back(&entity);
        by_table_.emplace(table.name, &entity);
        std::vector<const schema::Column*> columns;
        for (const auto& column : table.columns) {
            if (kind_of(column).type != nullptr) columns.push_back(&column);
        }
        std::ranges::sort(columns, {}, &schema::Column::name);
        for (const auto* column : columns) {
            relate(entity, "Attributes", add_column(table, *column));
        }
        for (const auto& key : table.keys) {
            const auto name = std::string{table.name} + "." + std::string{key.name};
            relate(entity, "Keys", add(key_metadata, {.table = &table, .key = &key}, name));
        }
    }

    const Definition& add_column(const Table& table, const schema::Column& column) {
        const auto name = std::string{table.name} + "." + std::string{column.name};
        const Source source{.table = &table, .column = &column};
        // A column's id is the same whatever its type: "Attribute" and its name.
        auto& out = to_.definitions_.emplace_back(define(*kind_of(column).type, [&] {
            auto with_id = source;
            with_id.id = messages::metadata_id(table, column);
            return with_id;
        }()));
        if (column.type == Type::boolean) {
            relate(out, "OptionSet", add(boolean_option_set, source, name));
        }
        if (!column.options.empty()) {
            const auto& options = add(option_set_metadata, source, name);
            relate(out, "OptionSet", options);
            if (column.type != Type::choice) {
                relate(out, "GlobalOptionSet", options);
                option_sets_.push_back(&options);
            }
        }
        return out;
    }

    void add_relationship(const schema::Relationship& row) {
        const auto& added = add(one_to_many, {.relationship = &row}, row.name);
        relationships_.push_back(&added);
        relate_table(row.referencing, "ManyToOneRelationships", added);
        relate_table(row.referenced, "OneToManyRelationships", added);
    }

    void add_association(const schema::Association& row) {
        const auto& added = add(many_to_many, {.association = &row}, row.name);
        relationships_.push_back(&added);
        relate_table(row.first, "ManyToManyRelationships", added);
        if (row.second != row.first) relate_table(row.second, "ManyToManyRelationships", added);
    }

    void relate_table(
        std::string_view table, std::string_view navigation, const Definition& relationship
    ) {
        const auto found = by_table_.find(table);
        if (found != by_table_.end()) relate(*found->second, navigation, relationship);
    }

    void add_messages(const Table& table, std::span<const OperationShape> operations) {
        for (const auto& one : table_messages) {
            if (one.takes(table)) add_filter(table, one.name);
        }
        for (const auto& one : operations) {
            if (std::ranges::find(one.tables, &table) != one.tables.end()) {
                add_filter(table, one.name);
            }
        }
    }

    void add_filter(const Table& table, std::string_view message) {
        auto& added = by_message_[message];
        if (added == nullptr) {
            added = &add(sdk_message, {.message = message}, message);
            messages_.push_back(added);
        }
        const auto name = std::string{table.name} + "." + std::string{message};
        auto& filter = add(
            sdk_message_filter, {.table = &table, .message = message, .message_id = added->id}, name
        );
        relate(filter, "sdkmessageid", *added);
        filters_.push_back(&filter);
    }

    Model& to_;
    std::map<std::string_view, Definition*> by_table_;
    std::map<std::string_view, const Definition*> by_message_;
    std::vector<const Definition*> entities_;
    std::vector<const Definition*> relationships_;
    std::vector<const Definition*> option_sets_;
    std::vector<const Definition*> messages_;
    std::vector<const Definition*> filters_;
};

Model::Model(std::span<const OperationShape> operations) {
    Builder{*this}.build(operations);
    document_ = write_csdl(operations, sets_, Annotated::no);
    annotated_document_ = write_csdl(operations, sets_, Annotated::yes);
    crypto::Sha256 all;
    const auto add = [&](std::string_view text) {
        all.add({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    };
    add(annotated_document_);
    for (const auto& definition : definitions_) {
        for (const auto& one : definition.ready) add(one);
    }
    digest_ = all.digest();
}

const DefinitionSet* Model::find_set(std::string_view name) const {
    const auto found = std::ranges::find(sets_, name, &DefinitionSet::name);
    return found == sets_.end() ? nullptr : &*found;
}

}  // namespace rookery::odata::metadata
