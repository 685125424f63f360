// RetrieveMetadataChanges: tables, columns, keys and relationships by a query in JSON, or that nothing changed.
#include "odata/metadata/changes.hpp"
#include "odata/metadata/question.hpp"
#include "odata/operations/operation.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace rookery::odata::operations::retrieve_metadata_changes {
namespace {

constexpr Parameter parameters[] = {
    {"Query", "@p1", "EntityQueryExpression"},
    {"ClientVersionStamp", "@p2"},
    {"DeletedMetadataFilters", "@p3", "DeletedMetadataFilters"},
};

constexpr metadata::Field gives[] = {
    {"EntityMetadata", "Collection(crmmodelbaseentity)"},
    {"ServerVersionStamp", "Edm.String"},
    {"DeletedMetadata", "DeletedMetadataCollection"},
};

/// Each parameter as text: a query is no literal of a URL, so it is not read as one.
using Given = std::map<std::string_view, std::string>;

Result<Given> read_given(const Call& call) {
    const auto& options = call.request.options();
    Given out;
    const auto set = [&](std::string_view name, std::string_view alias) {
        if (const auto* text = options.alias(alias)) out[name] = *text;
    };
    if (!call.arguments || call.arguments->empty()) {
        for (const auto& one : parameters) set(one.name, one.alias);
        return out;
    }
    ROOKERY_TRY(const auto tokens, tokenize(*call.arguments));
    for (std::size_t at = 0; at + 3 < tokens.size(); at += 4) {
        const auto* const known = std::ranges::find(parameters, tokens[at].raw, &Parameter::name);
        const auto& value = tokens[at + 2];
        const bool ends = tokens[at + 3].kind == TokenKind::end;
        if (known == std::end(parameters) || out.contains(known->name) ||
            tokens[at + 1].kind != TokenKind::equals ||
            (!ends && tokens[at + 3].kind != TokenKind::comma)) {
            return wrong_parameter(call.function(), "Query");
        }
        if (value.kind == TokenKind::alias) {
            set(known->name, value.raw);
        } else {
            out[known->name] = value.text();
        }
        if (ends) return out;
    }
    return wrong_parameter(call.function(), "Query");
}

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto given, read_given(call));
    const auto query = given.find("Query");
    if (query == given.end()) return wrong_parameter(call.function(), "Query");
    metadata::Question out;
    out.about = metadata::Question::About::changes;
    ROOKERY_TRY(out.changes, metadata::read_changes_query(query->second));
    if (const auto stamp = given.find("ClientVersionStamp"); stamp != given.end()) {
        auto text = std::string_view{stamp->second};
        if (text.size() > 1 && text.starts_with('\'') && text.ends_with('\'')) {
            text = text.substr(1, text.size() - 2);
        }
        out.changes->client_stamp = text;
    }
    call.request.keep_target();
    call.request.context().question = std::make_shared<const metadata::Question>(std::move(out));
    return messages::Message{messages::RetrieveMetadata{.many = true}};
}

constexpr Operation operation{
    .name = "RetrieveMetadataChanges",
    .kind = OperationKind::function,
    .parameters = parameters,
    .gives = gives,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_metadata_changes
